package io.sapflow.telemetry;

import static io.sapflow.gate.Reports.version;
import static io.sapflow.telemetry.Incident.time;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.ProbeReport;
import io.sapflow.testing.OtlpCollector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictEventTest {

  private static final SpanId SPAN = new SpanId("0a".repeat(16), "0b".repeat(8));

  private static ObjectNode event(Judgement judgement) {
    return VerdictEvent.of("helper-job", judgement, null, time(90));
  }

  private static Map<String, Object> attributes(Judgement judgement) {
    return OtlpCollector.attributes(event(judgement));
  }

  @Test
  void failed_hasTheAttributesOfTheConventions_andItsOwn() {
    ObjectNode event = VerdictEvent.of("helper-job", Incident.harmful(60), SPAN, time(61));
    Map<String, Object> attributes = OtlpCollector.attributes(event);
    assertThat(attributes.remove("log.record.uid").toString()).matches("[0-9a-f]{64}");
    assertThat(attributes)
        .isEqualTo(
            Map.ofEntries(
                Map.entry("gen_ai.evaluation.name", "harmful-score"),
                Map.entry("gen_ai.evaluation.score.value", 0.5),
                Map.entry("gen_ai.evaluation.score.label", "fail"),
                Map.entry("gen_ai.evaluation.explanation", "why ROLL_BACK"),
                Map.entry("sapflow.job", "helper-job"),
                Map.entry("sapflow.adapter", "helper"),
                Map.entry("sapflow.version", version(60)),
                Map.entry("sapflow.digest", "00"),
                Map.entry("sapflow.generation", 0L),
                Map.entry("sapflow.step", 60L),
                Map.entry("sapflow.verdict", "roll_back"),
                Map.entry("sapflow.judge", "refusal"),
                Map.entry("sapflow.prompts", 40L),
                Map.entry("sapflow.prompt_set_digest", "99"),
                Map.entry("sapflow.promoted_version", version(40))));
    event.remove("attributes");
    assertThat(event)
        .hasToString(
            "{\"timeUnixNano\":\"1764000060500000000\","
                + "\"observedTimeUnixNano\":\"1764000061000000000\","
                + "\"severityNumber\":13,\"severityText\":\"WARN\","
                + "\"eventName\":\"gen_ai.evaluation.result\","
                + "\"body\":{\"stringValue\":\"adapter helper, version "
                + version(60)
                + ": roll_back: why ROLL_BACK\"},"
                + "\"traceId\":\""
                + SPAN.trace()
                + "\",\"spanId\":\""
                + SPAN.span()
                + "\"}");
  }

  @ParameterizedTest
  @EnumSource
  void label_isOfThree(Verdict verdict) {
    Judgement judgement = Incident.judgement(Incident.good(0, 40).report(), verdict, null);
    assertThat(attributes(judgement).get("gen_ai.evaluation.score.label"))
        .isEqualTo(
            switch (verdict) {
              case PROMOTE -> "pass";
              case HOLD, STALE -> "undecided";
              default -> "fail";
            });
  }

  @Test
  void incomplete_hasNoScore_andNothingThatAJudgeSaid() {
    ProbeReport report = Incident.good(0, 40).report();
    report.setComplete(false);
    report.setJudges(List.of());
    Judgement judgement =
        new Judgement(
            report,
            Verdict.HOLD,
            "the report is incomplete: answered 500: your text 'glorb the flonk'",
            null,
            null,
            null,
            null,
            null);
    assertThat(event(judgement).toString()).doesNotContain("glorb");
    assertThat(attributes(judgement))
        .containsEntry("gen_ai.evaluation.explanation", "the report is incomplete")
        .containsEntry("error.type", "incomplete_report")
        .doesNotContainKeys("gen_ai.evaluation.score.value", "sapflow.promoted_version");
  }

  @Test
  void uid_isOfTheVerdict() {
    Object uid = attributes(Incident.harmful(60)).get("log.record.uid");
    assertThat(attributes(Incident.harmful(60))).containsEntry("log.record.uid", uid);
    assertThat(attributes(Incident.harmful(61)).get("log.record.uid")).isNotEqualTo(uid);
    Judgement late =
        Incident.judgement(Incident.harmful(60).report(), Verdict.STALE, Incident.FORUM);
    assertThat(attributes(late).get("log.record.uid")).isNotEqualTo(uid);
  }
}
