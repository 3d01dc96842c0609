package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.groups.Tuple.tuple;

import io.sapflow.sap.LearningRateSchedule;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning rate of an adapter is that of its updates, over restarts and rollbacks. */
class ScheduledRatesTest {

  /** Of the harness's 1e-3 over cycles of four updates. */
  private static final double[] CYCLE = {1e-3, 8.535533905932738e-4, 5e-4, 1.4644660940672624e-4};

  @TempDir Path store;

  private TrainHarness.Setup setup(LearningRateSchedule schedule) {
    return new TrainHarness.Setup(store)
        .options(TrainHarness.scheduled(TrainHarness.options(), schedule));
  }

  private static LearningRateSchedule cosine() {
    return new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 4, 0);
  }

  private static List<TrainingStep> trained(TrainHarness train) {
    return train.steps().stream().filter(s -> s.getOutcome() == StepStatus.TRAINED).toList();
  }

  private static void assertInCycle(List<TrainingStep> steps) {
    assertThat(steps)
        .allSatisfy(
            step ->
                assertThat(step.getLearningRate())
                    .isCloseTo(CYCLE[(int) ((step.getUpdates() - 1) % 4)], within(1e-18)));
  }

  @Test
  void restart_inTheMiddleOfACycle_goesOnInIt() throws Exception {
    List<TrainingStep> undisturbed;
    try (TrainHarness train = setup(cosine()).open()) {
      train.pairs(4);
      train.examples("helper", 0, 32);
      undisturbed = trained(train);
    }
    List<TrainingStep> disturbed;
    OperatorSubtaskState state;
    try (TrainHarness train = setup(cosine()).open()) {
      train.pairs(4);
      train.examples("helper", 0, 8);
      state = train.snapshot(1, CheckpointType.CHECKPOINT);
      disturbed = new ArrayList<>(trained(train));
    }
    assertThat(disturbed.size() % 4).as("updates before the restart").isNotZero();
    try (TrainHarness train = setup(cosine()).restored(state).open()) {
      train.examples("helper", 8, 32);
      disturbed.addAll(trained(train));
    }
    assertInCycle(undisturbed);
    assertThat(undisturbed).hasSizeGreaterThan(4);
    assertThat(disturbed)
        .extracting(
            TrainingStep::getUpdates, TrainingStep::getLearningRate, TrainingStep::getTaskLoss)
        .isEqualTo(
            undisturbed.stream()
                .map(s -> tuple(s.getUpdates(), s.getLearningRate(), s.getTaskLoss()))
                .toList());
  }

  @Test
  void rollback_putsTheScheduleBackToItsVersion() throws Exception {
    try (TrainHarness train = setup(cosine()).open()) {
      train.pairs(4);
      train.examples("helper", 0, 32);
      AdapterVersion green = train.versions().get(1);
      int before = trained(train).size();
      assertThat((before - green.getUpdates()) % 4).as("updates undone").isNotZero();
      train.command("p", CommandKind.PROMOTED, Map.of("version", green.getVersion()));
      train.command("r", CommandKind.ROLLBACK, Map.of());
      train.examples("helper", 32, 48);
      List<TrainingStep> after = trained(train).subList(before, trained(train).size());
      assertThat(after.get(0).getUpdates()).isEqualTo(green.getUpdates() + 1);
      assertInCycle(after);
    }
  }

  @Test
  void constant_learnsTheSameBitsAsNoSchedule() throws Exception {
    assertThat(digests(setup(LearningRateSchedule.CONSTANT)))
        .isEqualTo(digests(new TrainHarness.Setup(store)))
        .isNotEqualTo(digests(setup(cosine())));
  }

  private static Map<String, String> digests(TrainHarness.Setup setup) throws Exception {
    try (TrainHarness train = setup.open()) {
      train.pairs(4);
      train.examples("helper", 0, 16);
      return train.digests();
    }
  }
}
