package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff backoff = new Backoff(Duration.ofSeconds(1));

  private long afterFailure(Duration retryAfter) {
    backoff.failed(retryAfter);
    return backoff.pause().toSeconds();
  }

  @Test
  void pause_doublesUpToAMinute_andEndsWithWhatWorks() {
    assertThat(backoff.pause()).isZero();
    assertThat(afterFailure(null)).isEqualTo(1);
    assertThat(afterFailure(null)).isEqualTo(2);
    for (int i = 0; i < 9; i++) {
      afterFailure(null);
    }
    assertThat(afterFailure(null)).isEqualTo(60);
    backoff.worked();
    assertThat(backoff.pause()).isZero();
    assertThat(afterFailure(null)).isEqualTo(1);
  }

  @Test
  void pause_thatTheServerAsksFor_isHeardWithinABound() {
    assertThat(afterFailure(Duration.ofSeconds(30))).isEqualTo(30);
    assertThat(afterFailure(Duration.ofDays(1))).isEqualTo(60);
    assertThat(afterFailure(Duration.ZERO)).isEqualTo(4);
  }
}
