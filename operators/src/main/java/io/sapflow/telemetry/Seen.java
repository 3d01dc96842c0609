package io.sapflow.telemetry;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.TrainingStep;
import java.util.List;

/**
 * What telemetry is made of: a judged report, or a step.
 *
 * @param adapterId the adapter
 * @param judgement a judged report, without its answers; null for a step
 * @param step number of the step; -1 of a report
 * @param rolledBack whether the step carried a rollback out
 * @param millis time of the step, or of the rollback
 */
public record Seen(
    String adapterId, Judgement judgement, long step, boolean rolledBack, double millis) {

  /** A judged report. */
  public static Seen of(Judgement judgement) {
    ProbeReport report = ProbeReport.newBuilder(judgement.report()).setOutcomes(List.of()).build();
    return new Seen(
        report.getAdapterId(),
        new Judgement(
            report,
            judgement.verdict(),
            judgement.reason(),
            judgement.culprit(),
            judgement.promotedVersion(),
            judgement.regression(),
            judgement.overRefusalRise(),
            judgement.referenceMargin()),
        -1,
        false,
        0);
  }

  /** A step. */
  public static Seen of(TrainingStep step) {
    boolean rolledBack =
        step.getAppliedCommands().stream()
            .anyMatch(
                command ->
                    command.getKind() == CommandKind.ROLLBACK
                        && command.getOutcome() == CommandOutcome.APPLIED);
    return new Seen(
        step.getAdapterId(), null, step.getStep(), rolledBack, step.getDurationMillis());
  }
}
