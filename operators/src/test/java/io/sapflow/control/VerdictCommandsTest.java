package io.sapflow.control;

import static io.sapflow.gate.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictCommandsTest {

  private static List<ControlCommand> commands(Verdict verdict, String culprit) {
    return VerdictCommands.of(
        new Judgement(
            report(2, 40, 0.5), verdict, "why", culprit, "20-0123456789ab", null, null, null));
  }

  @Test
  void promotion_isOneCommand() {
    assertThat(commands(Verdict.PROMOTE, null))
        .containsExactly(
            ControlCommand.newBuilder()
                .setId("gate/helper/40-0123456789ab/PROMOTED")
                .setAdapterId("helper")
                .setGeneration(2)
                .setKind(CommandKind.PROMOTED)
                .setArguments(Map.of("version", "40-0123456789ab"))
                .setIssuer("gate")
                .setReason("version 40-0123456789ab: why")
                .setTime(1040)
                .build());
  }

  @Test
  void rollback_withACulprit_setsTheSourceAsideFirst() {
    List<ControlCommand> commands = commands(Verdict.ROLL_BACK, "scraper");
    assertThat(commands)
        .extracting(ControlCommand::getKind)
        .containsExactly(CommandKind.QUARANTINE_SOURCE, CommandKind.ROLLBACK);
    assertThat(commands.get(0).getArguments()).isEqualTo(Map.of("source", "scraper"));
    assertThat(commands.get(1).getArguments()).isEqualTo(Map.of("version", "20-0123456789ab"));
    assertThat(commands).extracting(ControlCommand::getId).doesNotHaveDuplicates();
  }

  @Test
  void rollback_withoutACulprit_isOneCommand() {
    assertThat(commands(Verdict.ROLL_BACK, null))
        .extracting(ControlCommand::getKind)
        .containsExactly(CommandKind.ROLLBACK);
  }

  @Test
  void judgement_again_givesEqualOrders() {
    assertThat(commands(Verdict.ROLL_BACK, "scraper"))
        .isEqualTo(commands(Verdict.ROLL_BACK, "scraper"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"REJECT", "HOLD", "STALE"})
  void otherVerdicts_orderNothing(Verdict verdict) {
    assertThat(commands(verdict, null)).isEmpty();
  }
}
