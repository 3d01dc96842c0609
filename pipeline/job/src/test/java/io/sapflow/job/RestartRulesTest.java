package io.sapflow.job;

import static org.apache.flink.configuration.RestartStrategyOptions.RESTART_STRATEGY;
import static org.apache.flink.configuration.RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS;
import static org.apache.flink.configuration.RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class RestartRulesTest {

  @Test
  void watchedJob_isTriedForEver_oneOnAClusterIsNot() {
    Configuration watched = new Configuration();
    RestartRules.complete(new Configuration(), watched);
    assertThat(watched.get(RESTART_STRATEGY)).isEqualTo("exponential-delay");
    assertThat(watched.contains(RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS)).isFalse();

    Configuration cluster = RestartRules.onACluster(new Configuration());
    assertThat(cluster.get(RESTART_STRATEGY)).isEqualTo("exponential-delay");
    assertThat(cluster.get(RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS)).isEqualTo(240);
    Configuration kept = new Configuration();
    RestartRules.complete(cluster, kept);
    assertThat(kept.keySet()).isEmpty();
  }

  @Test
  void whatTheConfigurationSays_wins() {
    Configuration own = new Configuration();
    own.set(RESTART_STRATEGY, "failure-rate");
    assertThat(RestartRules.onACluster(own).toMap()).isEqualTo(own.toMap());

    Configuration longer = new Configuration();
    longer.set(RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, Duration.ofMinutes(7));
    assertThat(RestartRules.onACluster(longer).get(RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF))
        .isEqualTo(Duration.ofMinutes(7));
  }
}
