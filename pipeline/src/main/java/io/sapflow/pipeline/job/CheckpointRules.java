package io.sapflow.pipeline.job;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;

/**
 * What checkpoints mean to the job: they stay when it is cancelled, a training step that is longer
 * than their interval does not expire them, and one that fails is followed by the next. What the
 * job's configuration says itself wins.
 */
final class CheckpointRules {

  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  private CheckpointRules() {}

  /** Adds the options to those that the job brings. */
  static void complete(Configuration given, Configuration flink) {
    set(
        given,
        flink,
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    set(given, flink, CheckpointingOptions.CHECKPOINTING_TIMEOUT, TIMEOUT);
    set(given, flink, CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, Integer.MAX_VALUE);
    // A barrier waits behind a step: another one behind it would only wait as well.
    set(given, flink, CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
  }

  private static <T> void set(
      Configuration given, Configuration flink, ConfigOption<T> option, T value) {
    if (!given.contains(option)) {
      flink.set(option, value);
    }
  }
}
