package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.train.CommandPolicy.Situation;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRulesTest {

  private static final String GREEN = "20-0123456789ab";

  private static final String UNKNOWN =
      "version 7-0123456789ab is not known, expected one of adapter helper that was promoted, or"
          + " that was made since";

  private static final Situation RUNNING =
      new Situation(
          "helper",
          3,
          Set.of(GREEN, "40-0123456789ab"),
          GREEN,
          false,
          0,
          Set.of("scraper"),
          Set.of("forum"),
          2);
  private static final Situation PAUSED =
      new Situation("helper", 3, Set.of("0-0123456789ab"), null, true, 0, Set.of(), Set.of(), 0);

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
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "ada", 3, other)).isEqualTo(UNKNOWN);
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, "gate", 3, other)).isEqualTo(UNKNOWN);
  }

  @Test
  void rollback_byTheGateToAVersionThatAPersonUndid_isCarriedOut() {
    Map<String, String> undone = Map.of("version", "7-0123456789ab");
    assertThat(refusal(RUNNING, CommandKind.ROLLBACK, "gate", 3, undone)).isNull();
    assertThat(refusal(PAUSED, CommandKind.ROLLBACK, "gate", 3, undone)).isEqualTo(UNKNOWN);
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

  private static final Map<String, String> SCRAPER = Map.of("source", "scraper");
  private static final Map<String, String> FORUM = Map.of("source", "forum");
  private static final Map<String, String> WIKI = Map.of("source", "wiki");

  @ParameterizedTest
  @ValueSource(strings = {"gate", "alert", "schedule"})
  void automation_afterAPerson_undoesNothingOfIt(String issuer) {
    assertThat(new CommandRules().isPerson(issuer)).isFalse();
    assertThat(refusal(PAUSED, CommandKind.RESUME, issuer, 3, Map.of()))
        .isEqualTo("only a person resumes, not " + issuer);
    assertThat(refusal(RUNNING, CommandKind.RELEASE_SOURCE, issuer, 3, SCRAPER))
        .isEqualTo("only a person releases a source, not " + issuer);
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, issuer, 3, FORUM))
        .isEqualTo("a person has released source forum, only a person sets it aside again");
    assertThat(refusal(RUNNING, CommandKind.PAUSE, issuer, 3, Map.of())).isNull();
    assertThat(refusal(RUNNING, CommandKind.PROBE_NOW, issuer, 3, Map.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alert", "schedule", "ada", "Gate"})
  void promotion_byAnyoneButTheGate_isRefused(String issuer) {
    assertThat(refusal(RUNNING, CommandKind.PROMOTED, issuer, 3, Map.of("version", GREEN)))
        .isEqualTo("only the gate promotes, not " + issuer);
  }

  @Test
  void source_setAsideTwiceOrReleasedUntouched_isRefused() {
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, "ada", -1, SCRAPER))
        .isEqualTo("source scraper is set aside already");
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, "gate", 3, SCRAPER))
        .isEqualTo("source scraper is set aside already");
    assertThat(refusal(RUNNING, CommandKind.RELEASE_SOURCE, "ada", -1, WIKI))
        .isEqualTo("source wiki is not set aside");
    assertThat(refusal(RUNNING, CommandKind.RELEASE_SOURCE, "ada", -1, SCRAPER)).isNull();
    // The person who has released it may set it aside again.
    assertThat(refusal(RUNNING, CommandKind.QUARANTINE_SOURCE, "ada", -1, FORUM)).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = CommandKind.class,
      names = {"PAUSE", "ROLLBACK", "QUARANTINE_SOURCE", "RELEASE_SOURCE", "RESUME"})
  void person_olderThanAPersonsCommandThatWasCarriedOut_isRefused(CommandKind kind) {
    Situation later =
        new Situation("helper", 3, Set.of(GREEN), GREEN, false, 1001, Set.of(), Set.of(), 0);
    assertThat(refusal(later, kind, "ada", -1, WIKI))
        .isEqualTo(
            "it was given at 1970-01-01T00:00:00.001Z, a person's command of"
                + " 1970-01-01T00:00:01.001Z was carried out since");
  }

  @Test
  void person_olderThanAPersonsCommand_mayProbeAndFlush_andTheGateMayRollBack() {
    Situation later =
        new Situation("helper", 3, Set.of(GREEN), GREEN, false, 1001, Set.of(), Set.of(), 0);
    assertThat(refusal(later, CommandKind.PROBE_NOW, "ada", -1, Map.of())).isNull();
    assertThat(refusal(later, CommandKind.FLUSH, "driver", -1, Map.of())).isNull();
    assertThat(refusal(later, CommandKind.ROLLBACK, "gate", 3, Map.of("version", GREEN))).isNull();
  }

  @Test
  void acknowledgement_ofAPersonOrTheTimeout_isCarriedOutWhereSomethingWasDone() {
    assertThat(refusal(RUNNING, CommandKind.ACKNOWLEDGE, "ada", -1, Map.of("seen", "2"))).isNull();
    assertThat(refusal(RUNNING, CommandKind.ACKNOWLEDGE, "schedule", -1, Map.of("seen", "2")))
        .isNull();
    assertThat(refusal(PAUSED, CommandKind.ACKNOWLEDGE, "ada", -1, Map.of("seen", "1")))
        .isEqualTo(
            "nothing waits for it: no rollback and no quarantine of a source was carried out since"
                + " the last one");
    assertThat(refusal(RUNNING, CommandKind.ACKNOWLEDGE, "gate", 3, Map.of("seen", "2")))
        .isEqualTo("only a person acknowledges, or the time-out, not gate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ada", "schedule"})
  void acknowledgement_ofOtherThanWhatWasDone_isRefused(String issuer) {
    assertThat(refusal(RUNNING, CommandKind.ACKNOWLEDGE, issuer, -1, Map.of("seen", "1")))
        .isEqualTo(
            "argument seen: found 1, expected 2, so many rollbacks and quarantines of sources are"
                + " not acknowledged: look at the last ones, and give it again");
    assertThat(refusal(RUNNING, CommandKind.ACKNOWLEDGE, issuer, -1, Map.of()))
        .isEqualTo("argument seen is missing, which ACKNOWLEDGE needs");
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
