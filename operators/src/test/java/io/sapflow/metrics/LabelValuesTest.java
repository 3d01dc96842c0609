package io.sapflow.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelValuesTest {

  @Test
  void plainText_staysAsItIs() {
    assertThat(LabelValues.of("help-desk_2.b")).isEqualTo("help-desk_2.b");
  }

  @Test
  void strangeText_isBounded_andToldFromWhatLooksAlike() {
    assertThat(LabelValues.of("a\n\"}b")).matches("a___b-[0-9a-f]{8}");
    assertThat(LabelValues.of("a b")).isNotEqualTo(LabelValues.of("a/b"));
    assertThat(LabelValues.of("x".repeat(10_000))).hasSize(64);
    assertThat(LabelValues.of("")).matches("-[0-9a-f]{8}");
  }

  @Test
  void textThatNamesTheOthers_isNotThem() {
    assertThat(LabelValues.of(LabelValues.OTHERS)).isNotEqualTo(LabelValues.OTHERS);
  }
}
