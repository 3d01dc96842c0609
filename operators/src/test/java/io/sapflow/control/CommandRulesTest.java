package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.train.CommandPolicy.Situation;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandRulesTest {

  private static final String GREEN = "20-0123456789ab";

  private static final Situation RUNNING =
      new Situation("helper", 3, Set.of(GREEN, "40-0123456789ab"), GREEN, false, 0);
  private static final Situation PAUSED =
      new Situation("helper", 3, Set.of("0-0123456789ab"), null, true, 0);

  private static String refusal(
      Situation situation,
      CommandKind kind,
      String issuer,
      int generation,
      Map<String, String> arguments) {
    return new CommandRules()
        .refusal(
            ControlCommand.newBuilder()
                .setId("c")
                .setAdapterId("helper")
                .setGeneration(generation)
                .setKind(kind)
                .setArguments(arguments)
                .setIssuer(issuer)
                .setTime(1)
                .build(),
            situation);
  }

  @Test
  void promotion_ofAKnownVersionByTheGate_isCarriedOut() {
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, "gate", 3, Map.of("version", GREEN)))
        .isNull();
  }

  @Test
  void promotion_byAPerson_isRefused() {
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, "ada", -1, Map.of("version", GREEN)))
        .isEqualTo("only the gate promotes, not ada");
  }

  @Test
  void command_forAnotherGeneration_isRefused() {
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "gate", 2, Map.of("version", GREEN)))
        .isEqualTo("it was given for generation 2, the adapter is at 3");
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "gate", 4, Map.of("version", GREEN)))
        .isEqualTo("it was given for generation 4, the adapter is at 3");
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "ada", -1, Map.of("version", GREEN)))
        .isNull();
  }

  @Test
  void command_forAnUnknownVersion_isRefused() {
    Map<String, String> other = Map.of("version", "7-0123456789ab");
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "ada", 3, other))
        .isEqualTo("version 7-0123456789ab is not known");
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, "gate", 3, other))
        .isEqualTo("version 7-0123456789ab is not known");
  }

  @Test
  void rollback_byTheGateToAVersionThatAPersonUndid_isCarriedOut() {
    Map<String, String> undone = Map.of("version", "7-0123456789ab");
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "gate", 3, undone)).isNull();
    assertThat(refusal(PAUSED, CommandKind.ROLLBACK, "gate", 3, undone))
        .isEqualTo("version 7-0123456789ab is not known");
  }

  @Test
  void source_withoutAName_canBeSetAside() {
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, "gate", 3, Map.of("source", "")))
        .isNull();
  }

  @Test
  void rollback_withoutAVersion_needsAPromotedOne() {
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "ada", -1, Map.of())).isNull();
    assertThat(refusal(PAUSED, CommandKind.ROLLBACK, "ada", -1, Map.of()))
        .isEqualTo("no version was promoted yet that it could go back to");
  }

  @Test
  void command_withoutItsArgument_isRefused() {
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, "gate", 3, Map.of()))
        .isEqualTo("argument version is missing, which PROMOTED needs");
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, "gate", 3, Map.of()))
        .isEqualTo("argument source is missing, which QUARANTINE_SOURCE needs");
    assertThat(refusal(RUNNING, CommandKind.RELEASE_SOURCE, "ada", -1, Map.of()))
        .isEqualTo("argument source is missing, which RELEASE_SOURCE needs");
  }

  @Test
  void pause_twice_andResumeOfARunningAdapter_areRefused() {
    assertThat(refusal(RUNNING, CommandKind.PAUSE, "ada", -1, Map.of())).isNull();
    assertThat(refusal(PAUSED, CommandKind.PAUSE, "ada", -1, Map.of()))
        .isEqualTo("the adapter is paused already");
    assertThat(refusal(PAUSED, CommandKind.RESUME, "ada", -1, Map.of())).isNull();
    assertThat(refusal(RUNNING, CommandKind.RESUME, "ada", -1, Map.of()))
        .isEqualTo("the adapter is not paused");
  }
}
