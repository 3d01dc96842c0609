package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.sap.LearningRateSchedule;
import io.sapflow.sap.LearningRateSchedule.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleSettingsTest {

  private static LearningRateSchedule schedule(Map<String, String> settings) {
    return new JobSettings(ConfigFile.of(settings)).train().sap().schedule();
  }

  @Test
  void schedule_isConstantUnlessAskedFor() {
    assertThat(schedule(Map.of())).isEqualTo(LearningRateSchedule.CONSTANT);
    assertThat(
            schedule(
                Map.of(
                    "sapflow.train.schedule", "inverse-sqrt",
                    "sapflow.train.schedule-updates", "500")))
        .isEqualTo(new LearningRateSchedule(Shape.INVERSE_SQRT, 500, 0));
    assertThat(
            schedule(
                Map.of(
                    "sapflow.train.schedule", "cosine",
                    "sapflow.train.schedule-updates", "200",
                    "sapflow.train.schedule-floor", "0.1")))
        .isEqualTo(new LearningRateSchedule(Shape.COSINE, 200, 0.1));
  }

  @Test
  void wrongValues_areRefusedInWords() {
    assertThatThrownBy(() -> schedule(Map.of("sapflow.train.schedule", "cosine")))
        .hasMessage(
            "sapflow.train.schedule-updates: found none, expected 1 or more updates with sapflow.train.schedule cosine");
    assertThatThrownBy(() -> schedule(Map.of("sapflow.train.schedule", "linear")))
        .hasMessageStartingWith("sapflow.train.schedule: found linear")
        .hasMessageContainingAll("constant", "inverse-sqrt", "cosine");
    assertThatThrownBy(() -> schedule(Map.of("sapflow.train.schedule-floor", "2")))
        .hasMessageStartingWith("sapflow.train.schedule-floor: found 2");
    assertThatThrownBy(() -> schedule(Map.of("sapflow.train.schedule-updates", "9")))
        .hasMessageContaining("found 9 with sapflow.train.schedule constant");
  }
}
