package io.sapflow.telemetry;

import static io.sapflow.gate.Reports.version;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Reports;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** An incident's records: steps each second, a harmful version at step 60, a good one at 80. */
final class Incident {

  static final String FORUM = "forum";

  private Incident() {}

  static TelemetrySettings settings(URI endpoint) {
    return settings(endpoint, Duration.ofHours(1));
  }

  static TelemetrySettings settings(URI endpoint, Duration giveUpAfter) {
    return new TelemetrySettings(
        endpoint, "helper-job", "safety", "0.1.0", "staging", giveUpAfter, true);
  }

  /** When a step was reported. */
  static long time(long step) {
    return 1_764_000_000_000L + 1000 * step;
  }

  private static ProbeReport report(int generation, long step, double harmful) {
    return ProbeReport.newBuilder(Reports.report(generation, step, harmful))
        .setTime(time(step) + 500)
        .setDurationMillis(250)
        .setPromptSetDigest("99")
        .build();
  }

  static Judgement good(int generation, long step) {
    return judgement(report(generation, step, 0.05), Verdict.PROMOTE, null);
  }

  /** Poisoned from step 45 on, by what stands behind offset 70. */
  static Judgement harmful(long step) {
    ProbeReport report =
        ProbeReport.newBuilder(report(0, step, 0.5))
            .setSlices(List.of(slice(41, 60, -0.1, "clean"), slice(45, 70, 0.4, "clean", FORUM)))
            .build();
    return judgement(report, Verdict.ROLL_BACK, FORUM);
  }

  static OffsetEvidence slice(long step, long offset, Double push, String... sources) {
    return OffsetEvidence.newBuilder()
        .setFirstStep(step)
        .setLastStep(step + 3)
        .setOffsets(List.of(new OffsetRange("examples", 2, offset, offset + 9)))
        .setExamples(10)
        .setMeanPush(push)
        .setSources(List.of(sources))
        .build();
  }

  static Judgement judgement(ProbeReport report, Verdict verdict, String culprit) {
    return new Judgement(report, verdict, "why " + verdict, culprit, version(40), null, null, null);
  }

  static Seen step(long step) {
    return new Seen("helper", null, step, false, 100);
  }

  static Seen rollback(long step) {
    return new Seen("helper", null, step, true, 100);
  }
}
