package io.sapflow.job;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;

/**
 * How often a job is tried again. An outage may last; what no restart mends fails the job by itself
 * ({@link NoRestart}), or whoever runs it sees the loop and ends it. Where nobody watches, on a
 * cluster, the tries have an end. What the job's configuration says itself wins.
 */
public final class RestartRules {

  /** Failures without {@link #CALM} between them, after which a job on a cluster has failed. */
  private static final int MOST_ON_A_CLUSTER = 240;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** With as many tries some two hours in all. */
  private static final Duration LONGEST_PAUSE_ON_A_CLUSTER = Duration.ofSeconds(30);

  private static final Duration CALM = Duration.ofMinutes(1);
  private static final Duration CALM_ON_A_CLUSTER = Duration.ofMinutes(5);
  private static final double MULTIPLIER = 1.5;

  private RestartRules() {}

  /** Adds the options of a job that somebody watches: it is tried for ever. */
  static void complete(Configuration given, Configuration flink) {
    if (given.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
      return;
    }
    flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
    pauses(given, flink, LONGEST_PAUSE, CALM);
  }

  /** The same configuration for a cluster, where a job that fails again and again ends. */
  public static Configuration onACluster(Configuration given) {
    Configuration complete = new Configuration(given);
    if (!given.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
      complete.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
      pauses(given, complete, LONGEST_PAUSE_ON_A_CLUSTER, CALM_ON_A_CLUSTER);
      set(
          given,
          complete,
          RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS,
          MOST_ON_A_CLUSTER);
    }
    return complete;
  }

  private static void pauses(
      Configuration given, Configuration flink, Duration longest, Duration calm) {
    set(
        given,
        flink,
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF,
        FIRST_PAUSE);
    set(
        given,
        flink,
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
        longest);
    set(
        given,
        flink,
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER,
        MULTIPLIER);
    set(
        given,
        flink,
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
        calm);
  }

  private static <T> void set(
      Configuration given, Configuration flink, ConfigOption<T> option, T value) {
    if (!given.contains(option)) {
      flink.set(option, value);
    }
  }
}
