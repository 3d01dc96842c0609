package io.sapflow.train;

import static io.sapflow.train.TrainHarness.commandOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A FLUSH that names its window; windows have 8 examples here, batches 4. */
class WindowCutTest {

  @TempDir Path folder;

  private TrainHarness open(String store) throws Exception {
    TrainHarness opened = new TrainHarness.Setup(folder.resolve(store)).open();
    opened.pairs(6);
    return opened;
  }

  private static ControlCommand cut(long window, long examples) {
    return commandOf(
            "cut-" + window + "-" + examples,
            "gate",
            CommandKind.FLUSH,
            new WindowCut(window, examples).arguments())
        .build();
  }

  private static List<List<String>> batches(TrainHarness train) {
    return train.steps().stream()
        .filter(step -> step.getOutcome() == StepStatus.TRAINED)
        .map(TrainingStep::getExampleIds)
        .toList();
  }

  private static List<AppliedCommand> answers(TrainHarness train) {
    return train.steps().stream().flatMap(step -> step.getAppliedCommands().stream()).toList();
  }

  @Test
  void halfAWindow_isTrained_andTheNextOneIsWhole() throws Exception {
    try (TrainHarness train = open("a")) {
      train.examples("helper", 0, 5);
      assertThat(train.windows().get(train.windows().size() - 1))
          .isEqualTo(new OpenWindow("helper", 0, 5));
      train.command(cut(0, 3));
      assertThat(batches(train).stream().flatMap(List::stream))
          .containsExactlyInAnyOrder("e-0", "e-1", "e-2");
      assertThat(train.windows().get(train.windows().size() - 1))
          .isEqualTo(new OpenWindow("helper", 1, 2));
      assertThat(answers(train))
          .singleElement()
          .satisfies(
              answer -> {
                assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.APPLIED);
                assertThat(answer.getReason()).isEqualTo("3 examples of window 0");
              });
      assertThat(train.versions()).as("versions have their own turn").hasSize(1);
      train.examples("helper", 5, 10);
      assertThat(batches(train).stream().flatMap(List::stream)).hasSize(3);
      train.examples("helper", 10, 11);
      assertThat(batches(train).stream().flatMap(List::stream)).hasSize(11);
    }
  }

  /** Before its examples, at them, and after more of them, over a restart in between. */
  @Test
  void cut_heardEarlyOrLate_makesTheSameBits() throws Exception {
    String timely;
    List<List<String>> batches;
    try (TrainHarness train = open("timely")) {
      train.examples("helper", 0, 11);
      train.command(cut(1, 3));
      train.examples("helper", 11, 22);
      batches = batches(train);
      timely = train.digests().get("helper");
    }
    try (TrainHarness train = open("late")) {
      train.examples("helper", 0, 15);
      train.command(cut(1, 3));
      train.examples("helper", 15, 22);
      assertThat(batches(train)).isEqualTo(batches);
      assertThat(train.digests().get("helper")).isEqualTo(timely);
    }
    var setup = new TrainHarness.Setup(folder.resolve("early"));
    try (TrainHarness train = setup.open()) {
      train.pairs(6);
      train.examples("helper", 0, 1);
      train.command(cut(1, 3));
      train.command(cut(1, 3)); // heard again
      train.examples("helper", 1, 10);
      var state = train.snapshot(1, CheckpointType.CHECKPOINT);
      try (TrainHarness again =
          new TrainHarness.Setup(folder.resolve("early")).restored(state).open()) {
        again.examples("helper", 10, 22);
        assertThat(batches(again)).isEqualTo(batches.subList(2, batches.size()));
        assertThat(again.digests().get("helper")).isEqualTo(timely);
      }
    }
  }

  @Test
  void cut_ofATrainedWindow_isRefused_andTrainsNothing() throws Exception {
    try (TrainHarness train = open("a")) {
      train.examples("helper", 0, 10);
      train.command(cut(0, 3));
      train.examples("helper", 10, 16);
      assertThat(batches(train)).allSatisfy(batch -> assertThat(batch).hasSize(4));
      assertThat(answers(train))
          .singleElement()
          .satisfies(
              answer -> {
                assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.REFUSED);
                assertThat(answer.getReason())
                    .isEqualTo("window 0 has been trained, the next is 1");
              });
    }
  }

  @Test
  void cut_ofAPausedAdapter_waitsForItsResumption() throws Exception {
    try (TrainHarness train = open("a")) {
      train.examples("helper", 0, 5);
      train.command("p", CommandKind.PAUSE, Map.of());
      train.command(cut(0, 3));
      assertThat(batches(train)).isEmpty();
      train.command("r", CommandKind.RESUME, Map.of());
      assertThat(batches(train).stream().flatMap(List::stream)).hasSize(3);
    }
  }

  @Test
  void cut_withoutBothNumbers_isRefusedInWords() throws Exception {
    try (TrainHarness train = open("a")) {
      train.examples("helper", 0, 5);
      refused(
          train,
          Map.of("window", "0"),
          "argument examples: found null, expected a number from 1 on");
      refused(
          train,
          Map.of("window", "0", "examples", "0"),
          "argument examples: found 0, expected a number from 1 on");
      refused(
          train,
          Map.of("window", "-1", "examples", "2"),
          "argument window: found -1, expected a number from 0 on");
      train.command(ControlCommand.newBuilder(cut(0, 2)).setIssuer("ada").setAtStep(7L).build());
      assertThat(answers(train).get(3).getReason())
          .isEqualTo("atStep: found 7, expected none where a window is named");
      assertThat(batches(train)).isEmpty();
    }
  }

  private static void refused(TrainHarness train, Map<String, String> arguments, String reason)
      throws Exception {
    train.command(commandOf("c" + arguments, "ada", CommandKind.FLUSH, arguments).build());
    List<AppliedCommand> answers = answers(train);
    assertThat(answers.get(answers.size() - 1).getReason()).isEqualTo(reason);
  }
}
