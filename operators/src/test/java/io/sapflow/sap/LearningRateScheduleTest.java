package io.sapflow.sap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sapflow.sap.LearningRateSchedule.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {

  private static final double RATE = 3e-4;

  private static SapOptions options(int warmup) {
    return new SapOptions(SapOptions.Method.SAP, RATE, warmup, 1, 0.1, 5e-3, 4, 2, AdamW.DEFAULT);
  }

  private static LearningRateSchedule of(Shape shape, int updates, double floor) {
    return new LearningRateSchedule(shape, updates, floor);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "5, 5", "5, 6", "5, 1000000000000"})
  void constant_afterWarmup_isTheRateItself(int warmup, long update) {
    assertThat(options(warmup).learningRateAt(update)).isEqualTo(RATE);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1", // cos 0
    "2, 0.8681980515339464", // 0.1 + 0.9 (1 + 1 / sqrt 2) / 2
    "3, 0.55", // 0.1 + 0.9 / 2
    "4, 0.23180194846605365", // 0.1 + 0.9 (1 - 1 / sqrt 2) / 2
    "5, 1",
    "6, 0.8681980515339464",
    "4000000000001, 1",
  })
  void cosine_ofFourUpdatesOverAFloor_fallsAndBeginsAnew(long update, double factor) {
    assertThat(of(Shape.COSINE, 4, 0.1).factor(update)).isCloseTo(factor, within(1e-15));
  }

  /**
   * eta_min + (eta_max - eta_min) (1 + cos(pi T_cur / T_0)) / 2, T_cur counted up by one from 0 to
   * T_0: the documented formula of torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
   */
  @Test
  void cosine_overThreeCycles_isPyTorchs() {
    double least = 2e-5;
    SapOptions options = options(0).scheduled(of(Shape.COSINE, 17, least / RATE));
    int current = 0;
    for (int update = 1; update <= 51; update++) {
      double expected = least + (RATE - least) * (1 + Math.cos(Math.PI * current / 17)) / 2;
      assertThat(options.learningRateAt(update)).isCloseTo(expected, within(1e-18));
      current = current + 1 == 17 ? 0 : current + 1;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "100, 1",
    "101, 0.9950371902099892",
    "400, 0.5",
    "10000, 0.1",
    "1000000, 0.05"
  })
  void inverseSqrt_ofAHundredUpdates_staysThenFallsToItsFloor(long update, double factor) {
    assertThat(of(Shape.INVERSE_SQRT, 100, 0.05).factor(update)).isCloseTo(factor, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"COSINE, 0", "COSINE, 1", "COSINE, 10", "INVERSE_SQRT, 10"})
  void warmup_risesToTheRate_andTheScheduleGoesOnFromThere(Shape shape, int warmup) {
    SapOptions options = options(warmup).scheduled(of(shape, 50, 0));
    int full = Math.max(warmup, 1);
    for (int update = 1; update < full; update++) {
      assertThat(options.learningRateAt(update))
          .isEqualTo(options(warmup).learningRateAt(update))
          .isLessThan(options.learningRateAt(update + 1));
    }
    assertThat(options.learningRateAt(full)).isEqualTo(RATE);
    double largest = RATE * Math.PI / 2 / 50;
    for (int update = full; update < full + 49; update++) {
      assertThat(options.learningRateAt(update) - options.learningRateAt(update + 1))
          .isBetween(0.0, largest);
    }
  }

  @Test
  void otherSettings_keepTheSchedule() {
    LearningRateSchedule cosine = of(Shape.COSINE, 8, 0);
    assertThat(options(0).scheduled(cosine).of(0.5).schedule()).isEqualTo(cosine);
  }

  @ParameterizedTest
  @CsvSource({
    "COSINE, 0, 0, 'sapflow.train.schedule-updates: found none, expected 1 or more updates with sapflow.train.schedule cosine'",
    "INVERSE_SQRT, -2, 0, 'sapflow.train.schedule-updates: found -2, expected 1 or more updates with sapflow.train.schedule inverse-sqrt'",
    "COSINE, 5, 1.5, 'sapflow.train.schedule-floor: found 1.5, expected 0 to 1'",
    "COSINE, 5, NaN, 'sapflow.train.schedule-floor: found NaN, expected 0 to 1'",
    "CONSTANT, 7, 0, 'sapflow.train.schedule-updates: found 7 with sapflow.train.schedule constant, which does not use it; expected none, or sapflow.train.schedule inverse-sqrt or cosine'",
    "CONSTANT, 0, 0.2, 'sapflow.train.schedule-floor: found 0.2 with sapflow.train.schedule constant, which does not use it; expected none, or sapflow.train.schedule inverse-sqrt or cosine'",
  })
  void wrongParts_areRefusedByKey(Shape shape, int updates, double floor, String message) {
    assertThatThrownBy(() -> of(shape, updates, floor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
