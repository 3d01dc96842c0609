package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.control.CommandRules;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is to happen on a command, without a model. */
class CommandHandlerTest {

  private final AdapterProgress progress =
      new AdapterProgress(
          "helper", TrainHarness.options(), Room.unsaved(TrainHarness.HELD), record -> {});
  private final CommandHandler handler = new CommandHandler(new CommandRules(), progress);

  private static ControlCommand.Builder command(String id, String issuer, CommandKind kind) {
    return TrainHarness.commandOf(id, issuer, kind, Map.of());
  }

  private CommandDecision hear(ControlCommand command) {
    return handler.hear(command, TrainHarness.NOW);
  }

  private KnownVersion version(String name, long step) {
    KnownVersion version = new KnownVersion(name, 0, step, false, step, "", "");
    progress.noteVersion(version, step);
    return version;
  }

  @Test
  void command_carriedOut_changesNothingItself() {
    CommandDecision decision = hear(command("p", "ada", CommandKind.PAUSE).build());
    assertThat(decision.refusal()).isNull();
    assertThat(decision.command().getKind()).isEqualTo(CommandKind.PAUSE);
    assertThat(progress.examples().isPaused()).isFalse();
    assertThat(progress.step()).isZero();
  }

  @Test
  void refusal_ofAPerson_isAnsweredAtOnce_thatOfTheJobIsNot() {
    CommandDecision ada = hear(command("a", "ada", CommandKind.RESUME).build());
    assertThat(ada.refusal()).isEqualTo("the adapter is not paused");
    assertThat(ada.answeredAtOnce()).isTrue();
    CommandDecision gate = hear(command("g", "gate", CommandKind.RESUME).build());
    assertThat(gate.refusal()).isEqualTo("only a person resumes, not gate");
    assertThat(gate.answeredAtOnce()).isFalse();
  }

  @Test
  void command_heardAgain_decidesNothing_andOfATakenIdIsRefused() {
    ControlCommand pause = command("c", "ada", CommandKind.PAUSE).build();
    assertThat(hear(pause)).isNotNull();
    assertThat(hear(pause)).isNull();
    assertThat(hear(command("c", "ada", CommandKind.FLUSH).build()).refusal())
        .isEqualTo("another command has the id c, expected an id of its own");
  }

  @Test
  void command_atALaterStep_isDueOnceItHasCome() {
    assertThat(hear(command("c", "ada", CommandKind.PAUSE).setAtStep(2L).build())).isNull();
    progress.nextStep();
    assertThat(handler.nextDue()).isNull();
    progress.nextStep();
    assertThat(handler.nextDue().command().getId()).isEqualTo("c");
    assertThat(handler.nextDue()).isNull();
  }

  @Test
  void rollback_leadsToTheVersionItNames_elseToThePromotedOne() {
    KnownVersion first = version("1-aaaaaaaaaaaa", 1);
    progress.promote(first);
    KnownVersion promoted = progress.versions().find("1-aaaaaaaaaaaa");
    KnownVersion second = version("2-bbbbbbbbbbbb", 2);
    assertThat(hear(command("r", "ada", CommandKind.ROLLBACK).build()).version())
        .isSameAs(promoted);
    assertThat(
            hear(command("s", "ada", CommandKind.ROLLBACK)
                    .setArguments(Map.of("version", "2-bbbbbbbbbbbb"))
                    .build())
                .version())
        .isSameAs(second);
  }

  @Test
  void version_thatTheRulesLetPassUnknown_isRefused() {
    CommandHandler lenient = new CommandHandler(new TrainHarness.Anything(), progress);
    assertThat(
            lenient
                .hear(
                    command("p", "gate", CommandKind.PROMOTED)
                        .setArguments(Map.of("version", "7-cccccccccccc"))
                        .build(),
                    TrainHarness.NOW)
                .refusal())
        .isEqualTo("version 7-cccccccccccc is not known");
    assertThat(
            lenient
                .hear(command("u", "gate", CommandKind.UNKNOWN).build(), TrainHarness.NOW)
                .refusal())
        .isEqualTo("kind UNKNOWN is not known here");
  }

  @Test
  void command_moreThanFiveMinutesAhead_isRefused_andLocksNobodyOut() {
    CommandDecision ahead =
        hear(command("p", "alice", CommandKind.PAUSE).setTime(4102444800000L).build());
    assertThat(ahead.refusal())
        .isEqualTo(
            "it was given at 2100-01-01T00:00:00Z, more than 5 minutes ahead of the job's clock,"
                + " 1970-01-01T00:00:02Z: set the clock of who gives it");
    assertThat(ahead.answeredAtOnce()).isTrue();
    assertThat(progress.commands().personTime()).isZero();
    long latest = TrainHarness.NOW + 300_000;
    assertThat(hear(command("q", "bo", CommandKind.PAUSE).setTime(latest + 1).build()).refusal())
        .isNotNull();
    assertThat(hear(command("r", "bo", CommandKind.PAUSE).setTime(latest).build()).refusal())
        .isNull();
    // Who has set its clock gives the command again.
    assertThat(hear(command("p", "alice", CommandKind.RELEASE_SOURCE).build()).refusal())
        .isNotEqualTo("another command has the id p, expected an id of its own");
  }

  @Test
  void moreThanSoManyCommands_thatWaitForTheirStep_areRefused() {
    for (int i = 0; i < 1000; i++) {
      assertThat(hear(command("w-" + i, "ada", CommandKind.FLUSH).setAtStep(9L).build())).isNull();
    }
    ControlCommand more = command("w", "ada", CommandKind.FLUSH).setAtStep(9L).build();
    assertThat(hear(more).refusal())
        .isEqualTo(
            "1000 commands wait for their steps, expected fewer than 1000; give it when one of them has come");
    assertThat(hear(more).refusal()).startsWith("1000 commands wait");
    for (int i = 0; i < 9; i++) {
      progress.nextStep();
    }
    assertThat(handler.nextDue()).isNotNull();
    assertThat(progress.commands().hasSeen(more.getId())).isFalse();
  }

  @Test
  void moreThanSoManySources_areRefused_andKnownOnesMove() {
    for (int i = 0; i < ExampleQueue.MOST_SOURCES; i++) {
      progress.examples().quarantine("s-" + i);
    }
    ControlCommand.Builder command = command("r", "ada", CommandKind.RELEASE_SOURCE);
    assertThat(hear(command.setArguments(Map.of("source", "s-7")).build()).refusal()).isNull();
    command = command("q", "ada", CommandKind.QUARANTINE_SOURCE);
    assertThat(hear(command.setArguments(Map.of("source", "new")).build()).refusal())
        .isEqualTo(
            "source new is one more than the 10000 that may be set aside or released; bind sources by sapflow.sources");
  }

  @Test
  void order_ofTheJob_isCarriedOutWhateverItsTime() {
    ControlCommand.Builder probe = command("g", "schedule", CommandKind.PROBE_NOW);
    assertThat(hear(probe.setTime(Long.MAX_VALUE).build()).refusal()).isNull();
  }

  @Test
  void savedTime_thatHasNotCome_isForgotten() {
    ControlCommand poison =
        command("p", "alice", CommandKind.PAUSE).setTime(4102444800000L).build();
    progress.commands().notePerson(poison);
    AdapterBook.Builder book = AdapterBook.newBuilder();
    progress.commands().save(book);
    assertThat(book.getCommandTime()).isEqualTo(4102444800000L);
    assertThat(hear(command("r", "bo", CommandKind.ROLLBACK).build()).refusal())
        .isEqualTo("no version was promoted yet that it could go back to");
    assertThat(hear(command("s", "bo", CommandKind.PAUSE).build()).refusal()).isNull();
    assertThat(progress.commands().personTime()).isEqualTo(1);
  }
}
