package io.sapflow.telemetry;

import static io.sapflow.gate.Reports.version;
import static io.sapflow.telemetry.Incident.time;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.IncidentBook;
import io.sapflow.schema.ProbeReport;
import io.sapflow.testing.OtlpCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IncidentTraceTest {

  private final List<ObjectNode> spans = new ArrayList<>();
  private IncidentBook book;

  private IncidentTrace trace(boolean holds) {
    return new IncidentTrace("helper-job", "helper", holds, book);
  }

  private void keep(IncidentTrace trace) {
    spans.addAll(trace.ended());
    book = trace.book();
  }

  private void steps(long first, long last) {
    for (long step = first; step <= last; step++) {
      IncidentTrace trace = trace(true);
      trace.step(step, false, 100, time(step));
      keep(trace);
    }
  }

  private void rollback(long step, boolean holds) {
    IncidentTrace trace = trace(holds);
    trace.step(step, true, 100, time(step));
    keep(trace);
  }

  private SpanId judged(Judgement judgement) {
    IncidentTrace trace = trace(true);
    SpanId within = trace.judged(judgement);
    keep(trace);
    return within;
  }

  private static String named(ObjectNode span) {
    long from = span.get("startTimeUnixNano").asLong() / 1_000_000 - time(0);
    long to = span.get("endTimeUnixNano").asLong() / 1_000_000 - time(0);
    return "%s %d..%d".formatted(span.get("name").asText(), from, to);
  }

  @Test
  void rollback_isOneTrace_fromTheFirstPoisonedRecordsToTheNextPromotion() {
    steps(1, 40);
    assertThat(judged(Incident.good(0, 40))).isNull();
    steps(41, 61);
    SpanId red = judged(Incident.harmful(60));
    rollback(62, true);
    steps(63, 82);
    SpanId green = judged(Incident.good(1, 80));
    assertThat(spans)
        .extracting(IncidentTraceTest::named)
        .containsExactly(
            "sapflow.incident.detect 60000..60500",
            "sapflow.incident.hold 60500..61900",
            "sapflow.incident.rollback 61900..62000",
            "sapflow.incident.recover 62000..80500",
            "sapflow.incident 45000..80500");
    ObjectNode root = spans.get(4);
    assertThat(root.has("parentSpanId")).isFalse();
    assertThat(root.get("status")).hasToString("{\"code\":2,\"message\":\"why ROLL_BACK\"}");
    assertThat(spans.subList(0, 4))
        .allMatch(span -> span.get("parentSpanId").equals(root.get("spanId")));
    assertThat(spans).extracting(span -> span.get("traceId")).containsOnly(root.get("traceId"));
    assertThat(spans).extracting(span -> span.get("spanId")).doesNotHaveDuplicates();
    assertThat(red.span()).isEqualTo(spans.get(0).get("spanId").asText());
    assertThat(green.span()).isEqualTo(spans.get(3).get("spanId").asText());
    assertThat(OtlpCollector.attributes(root))
        .isEqualTo(
            Map.ofEntries(
                Map.entry("sapflow.job", "helper-job"),
                Map.entry("sapflow.adapter", "helper"),
                Map.entry("sapflow.source", Incident.FORUM),
                Map.entry("sapflow.version", version(60)),
                Map.entry("sapflow.promoted_version", version(40)),
                Map.entry("sapflow.resolved_version", version(80)),
                Map.entry("sapflow.harmful_versions", 1L),
                Map.entry("messaging.system", "kafka"),
                Map.entry("messaging.destination.name", "examples"),
                Map.entry("messaging.destination.partition.id", "2"),
                Map.entry("messaging.kafka.offset", 70L)));
    assertThat(book.getTraceId()).isNull();
    assertThat(book.getSteps()).extracting("step").containsExactly(81L, 82L);
  }

  @Test
  void sameRecords_giveTheSameIds_anotherIncidentOthers() {
    judged(Incident.harmful(60));
    JsonNode first = spans.get(0);
    book = null;
    judged(Incident.harmful(60));
    assertThat(spans.get(1).get("traceId")).isEqualTo(first.get("traceId"));
    assertThat(spans.get(1).get("spanId")).isEqualTo(first.get("spanId"));
    book = null;
    judged(Incident.harmful(61));
    assertThat(spans.get(2).get("traceId")).isNotEqualTo(first.get("traceId"));
  }

  @Test
  void furtherHarmfulVersions_arePartOfTheIncident() {
    judged(Incident.harmful(60));
    rollback(62, false);
    judged(Incident.harmful(70));
    SpanId rejected =
        judged(Incident.judgement(Incident.harmful(75).report(), Verdict.REJECT, null));
    judged(Incident.good(2, 80));
    assertThat(spans)
        .extracting(IncidentTraceTest::named)
        .containsExactly(
            "sapflow.incident.detect 60250..60500",
            "sapflow.incident.rollback 61900..62000",
            "sapflow.incident.detect 62000..70500",
            "sapflow.incident.recover 70500..80500",
            "sapflow.incident 60250..80500");
    assertThat(spans)
        .extracting(span -> span.get("traceId"))
        .hasSameElementsAs(List.of(spans.get(0).get("traceId")));
    assertThat(rejected.span()).isEqualTo(spans.get(4).get("spanId").asText());
    assertThat(OtlpCollector.attributes(spans.get(4)))
        .containsEntry("sapflow.harmful_versions", 2L);
  }

  @Test
  void verdictsThatUndoNothing_openNoIncident() {
    for (Verdict verdict : List.of(Verdict.REJECT, Verdict.HOLD, Verdict.STALE, Verdict.PROMOTE)) {
      ProbeReport report = Incident.harmful(60).report();
      assertThat(judged(Incident.judgement(report, verdict, null))).isNull();
    }
    rollback(62, true);
    assertThat(spans).isEmpty();
  }

  @Test
  void onset_withoutACulprit_isTheSliceThatPushesMost() {
    ProbeReport report = Incident.harmful(60).report();
    assertThat(Onset.of(Incident.judgement(report, Verdict.ROLL_BACK, null)).place())
        .isEqualTo("examples/2@70");
    report.setSlices(List.of(Incident.slice(41, 60, null), Incident.slice(45, 70, -0.2)));
    assertThat(Onset.of(Incident.judgement(report, Verdict.ROLL_BACK, "gone")).place())
        .isEqualTo("examples/2@60");
    report.setSlices(List.of());
    assertThat(Onset.of(Incident.judgement(report, Verdict.ROLL_BACK, null)).place())
        .isEqualTo("sapflow.examples.v1/0@5");
    report.setOffsets(List.of());
    assertThat(Onset.of(Incident.judgement(report, Verdict.ROLL_BACK, null)).place()).isEmpty();
  }

  @Test
  void steps_areBounded_andTheirFirstStays() {
    steps(1, 10_000);
    assertThat(book.getSteps()).hasSize(StepTimes.MOST);
    assertThat(StepTimes.of(book.getSteps(), 1, 0)).isEqualTo(time(1));
    assertThat(StepTimes.of(book.getSteps(), 10_000, 0)).isEqualTo(time(10_000));
    long middle = StepTimes.of(book.getSteps(), 5_000, 0);
    assertThat(middle).isBetween(time(4_800), time(5_000));
  }
}
