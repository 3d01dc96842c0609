package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.WindowCut;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {

  private static ControlCommand command(String id, String adapterId, CommandKind kind) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId(adapterId)
        .setKind(kind)
        .setArguments(Map.of())
        .setIssuer("gate")
        .setReason("")
        .setTime(0)
        .build();
  }

  private static TrainingStep step(String adapterId, long number, AppliedCommand... answers) {
    return TrainingStep.newBuilder()
        .setAdapterId(adapterId)
        .setGeneration(0)
        .setStep(number)
        .setUpdates(0)
        .setOutcome(StepStatus.COMMAND)
        .setMethod("")
        .setAppliedCommands(List.of(answers))
        .setPairSetDigest("")
        .setDurationMillis(0)
        .build();
  }

  private static AppliedCommand answer(String id, CommandKind kind, CommandOutcome outcome) {
    return new AppliedCommand(id, kind, outcome, "", "gate", null);
  }

  @Test
  void of_refusedCommandOfAPerson_isGivenAgain_becauseItsReportHasANumber() {
    AppliedCommand refused =
        new AppliedCommand(
            "r", CommandKind.RESUME, CommandOutcome.REFUSED, "it is not", "ada", null);
    AppliedCommand early =
        new AppliedCommand(
            "e", CommandKind.PAUSE, CommandOutcome.REFUSED, "no adapter", "ada", null);
    Outcome outcome =
        new Outcome(
            List.of(),
            List.of(step("a", -1, early), step("a", 4, refused)),
            List.of(),
            List.of(),
            List.of(),
            List.of(command("r", "a", CommandKind.RESUME), command("e", "a", CommandKind.PAUSE)),
            List.of(),
            List.of());
    assertThat(Journal.of(outcome))
        .extracting(ControlCommand::getId, ControlCommand::getAtStep)
        .containsExactly(tuple("r", 3L));
    assertThat(outcome.learned().get("a")).hasSize(1);
  }

  @Test
  void of_appliedCommands_areDueAtTheStepBeforeTheirAnswer() {
    Outcome outcome =
        new Outcome(
            List.of(),
            List.of(
                step("a", 3, answer("p", CommandKind.PROMOTED, CommandOutcome.APPLIED)),
                step("a", 4, answer("r", CommandKind.ROLLBACK, CommandOutcome.REFUSED)),
                step("b", 9, answer("f", CommandKind.FLUSH, CommandOutcome.APPLIED)),
                step("b", 12, answer("q", CommandKind.QUARANTINE_SOURCE, CommandOutcome.APPLIED))),
            List.of(),
            List.of(),
            List.of(),
            List.of(
                command("q", "b", CommandKind.QUARANTINE_SOURCE),
                command("r", "a", CommandKind.ROLLBACK),
                command("f", "*", CommandKind.FLUSH),
                command("p", "a", CommandKind.PROMOTED)),
            List.of(),
            List.of());
    assertThat(Journal.of(outcome))
        .extracting(ControlCommand::getId, ControlCommand::getAdapterId, ControlCommand::getAtStep)
        .containsExactly(tuple("p", "a", 2L), tuple("q", "b", 11L));
  }

  @Test
  void of_flushOfAWindow_waitsForItsWindow_notForAStep() {
    ControlCommand flush =
        ControlCommand.newBuilder(command("f", "a", CommandKind.FLUSH))
            .setArguments(new WindowCut(2, 5).arguments())
            .build();
    Outcome outcome =
        new Outcome(
            List.of(),
            List.of(step("a", 7, answer("f", CommandKind.FLUSH, CommandOutcome.APPLIED))),
            List.of(),
            List.of(),
            List.of(),
            List.of(flush),
            List.of(),
            List.of());
    assertThat(Journal.of(outcome)).containsExactly(flush);
  }
}
