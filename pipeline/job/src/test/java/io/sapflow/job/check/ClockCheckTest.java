package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockCheckTest {

  @Test
  void finding_betweenTheTwoLooks_isNoDifference() {
    Finding finding = ClockCheck.finding(1_000, 1_500, 2_000);
    assertThat(finding.ok()).isTrue();
    assertThat(finding.found()).isEqualTo("no difference to the brokers' clock");
  }

  @Test
  void finding_beyondHalfAMinute_warnsAndSaysWhichClockIsAhead() {
    assertThat(ClockCheck.finding(100_000, 69_999, 101_000))
        .returns(Finding.Outcome.WARNING, Finding::outcome)
        .returns("30.0 s ahead of the brokers' clock", Finding::found);
    assertThat(ClockCheck.finding(100_000, 141_000, 101_000))
        .returns(Finding.Outcome.WARNING, Finding::outcome)
        .returns("40.0 s behind the brokers' clock", Finding::found);
    assertThat(ClockCheck.finding(100_000, 131_000, 101_000).ok()).isTrue();
  }
}
