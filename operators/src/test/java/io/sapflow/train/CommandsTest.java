package io.sapflow.train;

import static io.sapflow.train.TrainHarness.commandOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sapflow.control.CommandRules;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of persons and of the job to one trainer, by the rules of the job. */
class CommandsTest {

  private static final SnapshotType CANONICAL =
      SavepointType.savepoint(SavepointFormatType.CANONICAL);
  private static final Map<String, String> FORUM = Map.of("source", "forum");

  @TempDir Path store;

  private TrainHarness.Setup setup() {
    return new TrainHarness.Setup(store).policy(new CommandRules());
  }

  private static void give(TrainHarness train, String id, String issuer, CommandKind kind)
      throws Exception {
    train.command(commandOf(id, issuer, kind, Map.of()).build());
  }

  private static TrainingStep last(TrainHarness train) {
    return train.steps().get(train.steps().size() - 1);
  }

  private static AppliedCommand only(TrainingStep step) {
    assertThat(step.getOutcome()).isEqualTo(StepStatus.COMMAND);
    assertThat(step.getAppliedCommands()).hasSize(1);
    return step.getAppliedCommands().get(0);
  }

  @Test
  void refusal_ofAPerson_isReportedAtOnce_thatOfTheJobWithTheNextReport() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      give(train, "gate-resume", "gate", CommandKind.RESUME);
      assertThat(train.steps()).isEmpty();
      give(train, "ada-resume", "ada", CommandKind.RESUME);
      assertThat(train.steps()).hasSize(1);
      assertThat(last(train).getStep()).isEqualTo(1);
      assertThat(last(train).getAppliedCommands())
          .extracting(AppliedCommand::getId, AppliedCommand::getOutcome, AppliedCommand::getReason)
          .containsExactly(
              tuple("gate-resume", CommandOutcome.REFUSED, "only a person resumes, not gate"),
              tuple("ada-resume", CommandOutcome.REFUSED, "the adapter is not paused"));
    }
  }

  @Test
  void pause_ofAPerson_outlastsTheJobsResume() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      train.examples("helper", 0, 1);
      give(train, "pause", "ada", CommandKind.PAUSE);
      give(train, "resume", "schedule", CommandKind.RESUME);
      train.examples("helper", 1, 20);
      assertThat(train.steps()).noneMatch(step -> step.getOutcome() == StepStatus.TRAINED);
      give(train, "again", "ada", CommandKind.PAUSE);
      assertThat(last(train).getAppliedCommands())
          .extracting(AppliedCommand::getReason)
          .containsExactly("only a person resumes, not schedule", "the adapter is paused already");
    }
  }

  @Test
  void releasedSource_isNotSetAsideByTheJob_untilAPersonDoes() throws Exception {
    OperatorSubtaskState saved;
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      train.command(commandOf("q", "gate", CommandKind.QUARANTINE_SOURCE, FORUM).build());
      train.command(commandOf("r", "ada", CommandKind.RELEASE_SOURCE, FORUM).build());
      saved = train.snapshot(1, CANONICAL);
    }
    try (TrainHarness train = setup().restored(saved).open()) {
      train.command(commandOf("q2", "gate", CommandKind.QUARANTINE_SOURCE, FORUM).build());
      give(train, "p", "ada", CommandKind.PROBE_NOW);
      assertThat(last(train).getAppliedCommands().get(0).getReason())
          .isEqualTo("a person has released source forum, only a person sets it aside again");
      train.examples("helper", 4, 5);
      assertThat(train.quarantined()).isEmpty();
      train.command(commandOf("q3", "ada", CommandKind.QUARANTINE_SOURCE, FORUM).build());
      assertThat(only(last(train)).getOutcome()).isEqualTo(CommandOutcome.APPLIED);
      assertThat(train.quarantined()).extracting(QuarantinedRecord::getExampleId).contains("e-4");
      train.command(commandOf("q4", "gate", CommandKind.QUARANTINE_SOURCE, FORUM).build());
      give(train, "p2", "ada", CommandKind.PROBE_NOW);
      assertThat(last(train).getAppliedCommands().get(0).getReason())
          .isEqualTo("source forum is set aside already");
    }
  }

  @Test
  void acknowledgement_endsWhatWasDone_alsoAfterARestart_andIsRefusedWhereNothingWas()
      throws Exception {
    OperatorSubtaskState saved;
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      acknowledge(train, "none", 1);
      assertThat(only(last(train)).getReason())
          .isEqualTo(
              "nothing waits for it: no rollback and no quarantine of a source was carried out"
                  + " since the last one");
      train.command(commandOf("q", "gate", CommandKind.QUARANTINE_SOURCE, FORUM).build());
      saved = train.snapshot(1, CANONICAL);
    }
    try (TrainHarness train = setup().restored(saved).open()) {
      train.command(
          commandOf("r", "ada", CommandKind.QUARANTINE_SOURCE, Map.of("source", "wiki")).build());
      acknowledge(train, "early", 1);
      assertThat(only(last(train)).getReason()).contains("seen: found 1, expected 2");
      acknowledge(train, "ack", 2);
      assertThat(only(last(train)))
          .isEqualTo(
              new AppliedCommand(
                  "ack",
                  CommandKind.ACKNOWLEDGE,
                  CommandOutcome.APPLIED,
                  "2 rollbacks and quarantines of sources: seen",
                  "ada",
                  null));
      acknowledge(train, "twice", 2);
      assertThat(only(last(train)).getOutcome()).isEqualTo(CommandOutcome.REFUSED);
    }
  }

  private static void acknowledge(TrainHarness train, String id, int seen) throws Exception {
    Map<String, String> arguments = Map.of("seen", Integer.toString(seen));
    train.command(
        commandOf(id, "ada", CommandKind.ACKNOWLEDGE, arguments).setReason("seen").build());
  }

  @Test
  void person_whoseCommandComesLate_isRefused() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      train.command(commandOf("pause", "ada", CommandKind.PAUSE, Map.of()).setTime(2000).build());
      train.command(commandOf("resume", "bo", CommandKind.RESUME, Map.of()).setTime(1000).build());
      assertThat(only(last(train)).getReason())
          .isEqualTo(
              "it was given at 1970-01-01T00:00:01Z, a person's command of 1970-01-01T00:00:02Z was"
                  + " carried out since");
    }
  }

  @Test
  void command_ofAnIdThatIsTaken_isRefused_andTheSameOneIgnored() throws Exception {
    OperatorSubtaskState saved;
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      give(train, "c", "ada", CommandKind.PAUSE);
      saved = train.snapshot(1, CANONICAL);
    }
    try (TrainHarness train = setup().restored(saved).open()) {
      give(train, "c", "ada", CommandKind.PAUSE);
      assertThat(train.steps()).isEmpty();
      give(train, "c", "ada", CommandKind.RESUME);
      assertThat(only(last(train)).getReason())
          .isEqualTo("another command has the id c, expected an id of its own");
      assertThat(last(train).getStep()).isEqualTo(2);
    }
  }

  @Test
  void command_forAnAdapterThatDoesNotExist_isAnsweredByItsOwner() throws Exception {
    int answers = 0;
    for (int subtask = 0; subtask < 2; subtask++) {
      try (TrainHarness train = setup().subtask(subtask, 2).open()) {
        give(train, "p", "ada", CommandKind.PAUSE);
        answers += train.steps().size();
        for (TrainingStep step : List.copyOf(train.steps())) {
          assertThat(step.getStep()).isEqualTo(-1);
          assertThat(step.getAdapterId()).isEqualTo("helper");
          assertThat(only(step).getOutcome()).isEqualTo(CommandOutcome.REFUSED);
          assertThat(only(step).getReason())
              .isEqualTo(
                  "the adapter does not exist: the first of its examples makes it, a command does"
                      + " not");
        }
      }
    }
    assertThat(answers).isEqualTo(1);
  }

  @Test
  void command_atAStep_waitsForIt_andIsJudgedThen() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      train.examples("helper", 0, 1);
      train.command(commandOf("r", "ada", CommandKind.RESUME, Map.of()).setAtStep(2L).build());
      assertThat(train.steps()).isEmpty();
      train.examples("helper", 1, 8);
      TrainingStep answer =
          train.steps().stream().filter(s -> !s.getAppliedCommands().isEmpty()).findFirst().get();
      assertThat(answer.getStep()).isEqualTo(3);
      assertThat(only(answer).getReason()).isEqualTo("the adapter is not paused");
    }
  }

  @Test
  void adapters_beyondTheMost_areSetAside_andTheOthersGoOn() throws Exception {
    OperatorSubtaskState saved;
    try (TrainHarness train = setup().mostAdapters(2).open()) {
      train.examples("a", 0, 1);
      train.examples("b", 1, 2);
      train.examples("c", 2, 3);
      train.examples("a", 3, 4);
      assertThat(train.quarantined()).hasSize(1);
      assertThat(train.quarantined().get(0).getReason()).isEqualTo("UNKNOWN_ADAPTER");
      assertThat(train.quarantined().get(0).getMessage())
          .isEqualTo(
              "adapterId: found c, a new one where 2 are trained, expected one of them"
                  + " (sapflow.adapters.max)");
      saved = train.snapshot(1, CANONICAL);
    }
    // With fewer allowed those that exist stay.
    try (TrainHarness train = setup().mostAdapters(1).restored(saved).open()) {
      train.examples("b", 4, 5);
      assertThat(train.quarantined()).isEmpty();
      train.examples("c", 5, 6);
      assertThat(train.quarantined()).hasSize(1);
    }
  }

  @Test
  void probeNow_withNothingTrainedSince_makesAVersionOfItsOwn() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      String first = train.versions().get(0).getVersion();
      train.command(commandOf("g", "gate", CommandKind.PROMOTED, Map.of("version", first)).build());
      give(train, "p", "ada", CommandKind.PROBE_NOW);
      give(train, "q", "ada", CommandKind.PROBE_NOW);
      assertThat(train.versions())
          .extracting(AdapterVersion::getStep, AdapterVersion::getParent)
          .containsExactly(tuple(0L, null), tuple(1L, first), tuple(2L, first));
      assertThat(train.versions()).extracting(AdapterVersion::getVersion).doesNotHaveDuplicates();
    }
  }

  @Test
  void command_thatWaitsForItsStep_isNotOvertakenByALaterProbe() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.examples("helper", 0, 1);
      train.command(
          commandOf("pause", "ada", CommandKind.PAUSE, Map.of())
              .setTime(1000)
              .setAtStep(2L)
              .build());
      train.command(commandOf("p1", "ada", CommandKind.PROBE_NOW, Map.of()).setTime(2000).build());
      train.command(commandOf("p2", "ada", CommandKind.PROBE_NOW, Map.of()).setTime(2001).build());
      assertThat(only(last(train)))
          .extracting(AppliedCommand::getId, AppliedCommand::getOutcome)
          .containsExactly("pause", CommandOutcome.APPLIED);
    }
  }
}
