package io.sapflow.control;

import static io.sapflow.gate.Reports.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HoldFunctionTest {

  private static Judgement judgement(Verdict verdict) {
    return new Judgement(
        report(2, 40, 0.5), verdict, "why", "scraper", "20-0123456789ab", null, null, null);
  }

  private static List<Hold> holds(Verdict verdict) {
    List<Hold> holds = new ArrayList<>();
    new HoldFunction().flatMap(judgement(verdict), new ListCollector<>(holds));
    return holds;
  }

  @Test
  void rollback_isAHold_ofTheCommandThatFollows() {
    ControlCommand rollback =
        VerdictCommands.of(judgement(Verdict.ROLL_BACK)).stream()
            .filter(command -> command.getKind() == CommandKind.ROLLBACK)
            .findFirst()
            .orElseThrow();
    assertThat(holds(Verdict.ROLL_BACK))
        .containsExactly(
            new Hold(rollback.getId(), "helper", 2, "40-0123456789ab", 40L, rollback.getTime()));
  }

  @ParameterizedTest
  @EnumSource(value = Verdict.class, mode = EnumSource.Mode.EXCLUDE, names = "ROLL_BACK")
  void otherVerdicts_areNone(Verdict verdict) {
    assertThat(holds(verdict)).isEmpty();
  }
}
