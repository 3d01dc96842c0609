package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.control.CommandRules;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is to happen on a command, without a model. */
class CommandHandlerTest {

  private final AdapterProgress progress =
      new AdapterProgress("helper", TrainHarness.options(), record -> {});
  private final CommandHandler handler = new CommandHandler(new CommandRules(), progress);

  private static ControlCommand.Builder command(String id, String issuer, CommandKind kind) {
    return TrainHarness.commandOf(id, issuer, kind, Map.of());
  }

  private KnownVersion version(String name, long step) {
    KnownVersion version = new KnownVersion(name, 0, step, false, step, "", "");
    progress.noteVersion(version, step);
    return version;
  }

  @Test
  void command_carriedOut_changesNothingItself() {
    CommandDecision decision = handler.hear(command("p", "ada", CommandKind.PAUSE).build());
    assertThat(decision.refusal()).isNull();
    assertThat(decision.command().getKind()).isEqualTo(CommandKind.PAUSE);
    assertThat(progress.examples().isPaused()).isFalse();
    assertThat(progress.step()).isZero();
  }

  @Test
  void refusal_ofAPerson_isAnsweredAtOnce_thatOfTheJobIsNot() {
    CommandDecision ada = handler.hear(command("a", "ada", CommandKind.RESUME).build());
    assertThat(ada.refusal()).isEqualTo("the adapter is not paused");
    assertThat(ada.answeredAtOnce()).isTrue();
    CommandDecision gate = handler.hear(command("g", "gate", CommandKind.RESUME).build());
    assertThat(gate.refusal()).isEqualTo("only a person resumes, not gate");
    assertThat(gate.answeredAtOnce()).isFalse();
  }

  @Test
  void command_heardAgain_decidesNothing_andOfATakenIdIsRefused() {
    ControlCommand pause = command("c", "ada", CommandKind.PAUSE).build();
    assertThat(handler.hear(pause)).isNotNull();
    assertThat(handler.hear(pause)).isNull();
    assertThat(handler.hear(command("c", "ada", CommandKind.FLUSH).build()).refusal())
        .isEqualTo("another command has the id c, expected an id of its own");
  }

  @Test
  void command_atALaterStep_isDueOnceItHasCome() {
    assertThat(handler.hear(command("c", "ada", CommandKind.PAUSE).setAtStep(2L).build())).isNull();
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
    assertThat(handler.hear(command("r", "ada", CommandKind.ROLLBACK).build()).version())
        .isSameAs(promoted);
    assertThat(
            handler
                .hear(
                    command("s", "ada", CommandKind.ROLLBACK)
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
                        .build())
                .refusal())
        .isEqualTo("version 7-cccccccccccc is not known");
    assertThat(lenient.hear(command("u", "gate", CommandKind.UNKNOWN).build()).refusal())
        .isEqualTo("kind UNKNOWN is not known here");
  }
}
