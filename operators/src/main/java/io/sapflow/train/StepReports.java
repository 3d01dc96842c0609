package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.sap.StepOutcome;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Training steps as records. */
final class StepReports {

  /** Number of a report that is of no adapter's steps. */
  private static final long NO_STEP = -1;

  private StepReports() {}

  /** The batch's examples as trained at a step, with their pushes where the step computed them. */
  static List<HeldExample> trained(List<HeldExample> batch, long step, StepOutcome outcome) {
    List<HeldExample> trained = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Double push = push(outcome, i);
      trained.add(HeldExamples.trained(batch.get(i), step, push));
    }
    return trained;
  }

  /** A row's push; null where it is not known. */
  private static Double push(StepOutcome outcome, int row) {
    double[] pushes = outcome.pushes();
    return pushes == null || Double.isNaN(pushes[row]) ? null : pushes[row];
  }

  static TrainingStep of(
      AdapterProgress progress,
      AdapterState state,
      AdapterTrainer.Shared shared,
      List<HeldExample> batch,
      List<HeldExample> trained,
      StepOutcome outcome,
      int replayed,
      double millis) {
    int tokens = batch.stream().mapToInt(HeldExamples::length).sum();
    int targets = batch.stream().mapToInt(held -> HeldExamples.row(held).targetCount()).sum();
    return builder(progress, state, shared)
        .setOutcome(outcome.applied() ? StepStatus.TRAINED : StepStatus.SKIPPED)
        .setMethod(
            shared.options().sap().method().name().toLowerCase(Locale.ROOT).replace('_', ':'))
        .setReason(outcome.reason())
        .setTaskLoss(outcome.taskLoss())
        .setPerturbedTaskLoss(outcome.perturbedLoss())
        .setSafetyLoss(outcome.safetyLoss())
        .setHarmAlignment(outcome.harmAlignment())
        .setPushBySource(Evidence.sources(trained))
        .setGradientNorm(outcome.gradientNorm())
        .setProbeNorm(outcome.hiddenProbeNorm())
        .setWeightNorm(outcome.weightNorm())
        .setLearningRate(outcome.learningRate())
        .setTokens(tokens)
        .setTargetTokens(targets)
        .setExamples(outcome.applied() ? batch.size() : 0)
        .setReplayed(replayed)
        .setTruncated(batch.stream().mapToInt(HeldExample::getTruncated).sum())
        .setExampleIds(batch.stream().map(HeldExample::getId).toList())
        .setOffsets(Evidence.offsets(batch))
        .setDurationMillis(millis)
        .build();
  }

  /**
   * A report without a batch, that answers commands.
   *
   * @param millis time of the rollback among them; 0 without one
   */
  static TrainingStep ofCommands(
      AdapterProgress progress, AdapterState state, AdapterTrainer.Shared shared, double millis) {
    return builder(progress, state, shared)
        .setOutcome(StepStatus.COMMAND)
        .setDurationMillis(millis)
        .build();
  }

  /** The answer to a command for an adapter that nobody trains: of no adapter's steps. */
  static TrainingStep ofNoAdapter(ControlCommand command, String reason) {
    return TrainingStep.newBuilder()
        .setAdapterId(command.getAdapterId())
        .setGeneration(0)
        .setStep(NO_STEP)
        .setUpdates(0)
        .setOutcome(StepStatus.COMMAND)
        .setAppliedCommands(List.of(answer(command, CommandOutcome.REFUSED, reason)))
        .build();
  }

  /** What became of a command. */
  static AppliedCommand answer(ControlCommand command, CommandOutcome outcome, String reason) {
    Map<String, String> arguments = command.getArguments();
    return new AppliedCommand(
        command.getId(),
        command.getKind(),
        outcome,
        reason,
        command.getIssuer(),
        arguments.getOrDefault("source", arguments.get("version")));
  }

  /** What a rollback did that was carried out: it names the version that it went to. */
  static AppliedCommand rolledBack(ControlCommand command, String version, String effect) {
    AppliedCommand answer = answer(command, CommandOutcome.APPLIED, effect);
    answer.setTarget(version);
    return answer;
  }

  private static TrainingStep.Builder builder(
      AdapterProgress progress, AdapterState state, AdapterTrainer.Shared shared) {
    return TrainingStep.newBuilder()
        .setAdapterId(progress.adapterId())
        .setGeneration(progress.generation())
        .setStep(progress.step())
        .setUpdates(state.counters().updates())
        .setAppliedCommands(progress.takeAnswers())
        .setPairSetDigest(shared.pairs().digest());
  }
}
