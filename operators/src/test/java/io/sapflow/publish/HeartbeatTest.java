package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeartbeatTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void beat_comesWithACheckpoint_onceInItsTime_andEndsByItself() {
    Heartbeat heartbeat = new Heartbeat(MINUTE, Duration.ofSeconds(10), 5);
    assertThat(heartbeat.beat(100_000).getEndsAt()).isEqualTo(280_000);
    assertThat(heartbeat.beat(159_999)).isNull();
    assertThat(heartbeat.beat(160_000).getEndsAt()).isEqualTo(340_000);
    assertThat(heartbeat.beat(220_000).getStartsAt()).isEqualTo(5);
  }

  @Test
  void beat_ofSeldomCheckpoints_lastsUntilTheThirdIsMissing() {
    Heartbeat heartbeat = new Heartbeat(MINUTE, Duration.ofMinutes(10), 0);
    assertThat(heartbeat.beat(0).getEndsAt()).isEqualTo(1_800_000);
  }
}
