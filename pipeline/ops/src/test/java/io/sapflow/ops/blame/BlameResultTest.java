package io.sapflow.ops.blame;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GateMode;
import io.sapflow.gate.GatePolicy;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlameResultTest {

  private static final GateLimits LIMITS =
      new GateLimits(
          GateMode.ENFORCE,
          0.1,
          new GateLimits.SampleLimits(10, false),
          5,
          0.1,
          new GateLimits.SourceLimits(8, 3),
          GatePolicy.DEFAULT);

  private static AdapterVersion version(String name) {
    return AdapterVersion.newBuilder()
        .setAdapterId("helper")
        .setVersion(name)
        .setGeneration(0)
        .setStep(0)
        .setUpdates(0)
        .setUri("")
        .setSha256("")
        .setStatus(VersionStatus.REJECTED)
        .build();
  }

  private static BlameResult result(Measure parent) {
    Ranking none = new Ranking(List.of());
    return new BlameResult(
        new BlamedRange(version("20-ab"), version("10-ab"), List.of()),
        0,
        List.of("moderation", "guard"),
        parent,
        none,
        none,
        LIMITS);
  }

  @Test
  void result_ofTraining_namesTheJudges() {
    BlameResult result = result(new Measure(0, 0.0, null));
    assertThat(result.lines())
        .contains(
            "judged by moderation, guard, the judges of the job's own reports"
                + " (sapflow.probe.judges)");
    assertThat(result.toJson().get("judges").toString()).isEqualTo("[\"moderation\",\"guard\"]");
  }

  @Test
  void result_ofScoresAlone_saysThatNoAnswerWasJudged() {
    BlameResult result = result(null);
    assertThat(result.lines()).contains("no answer was judged: examples are scored by their push");
    assertThat(result.toJson().get("judges")).isEmpty();
  }
}
