package io.sapflow.job;

import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.KafkaOptions;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.util.TimeUtils;

/**
 * What checkpoints mean to the job: they stay when it is cancelled, a training step that is longer
 * than their interval does not expire them, and one that fails is followed by the next. One that
 * completes has its output committed, for which the brokers must still keep the transactions: it
 * expires before them. What the job's configuration says itself wins.
 */
final class CheckpointRules {

  /** From a checkpoint's completion to the commits of its output; also the least timeout. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private CheckpointRules() {}

  /**
   * Refuses a checkpoint that may take longer than its output waits for it.
   *
   * @throws IllegalArgumentException naming the keys
   */
  static void check(JobSettings settings) {
    Duration interval = settings.get(CheckpointOptions.INTERVAL);
    Duration timeout = timeout(settings);
    Duration transaction = settings.get(KafkaOptions.TRANSACTION_TIMEOUT);
    if (interval.plus(timeout).compareTo(transaction) > 0) {
      throw new IllegalArgumentException(
          KafkaOptions.TRANSACTION_TIMEOUT.key()
              + ": found "
              + TimeUtils.formatWithHighestUnit(transaction)
              + ", expected at least "
              + CheckpointOptions.INTERVAL.key()
              + " ("
              + TimeUtils.formatWithHighestUnit(interval)
              + ") plus "
              + CheckpointingOptions.CHECKPOINTING_TIMEOUT.key()
              + " ("
              + TimeUtils.formatWithHighestUnit(timeout)
              + "), or output is lost");
    }
  }

  private static Duration timeout(JobSettings settings) {
    Duration longest =
        settings
            .get(KafkaOptions.TRANSACTION_TIMEOUT)
            .minus(settings.get(CheckpointOptions.INTERVAL))
            .minus(MARGIN);
    return settings
        .configuration()
        .getOptional(CheckpointingOptions.CHECKPOINTING_TIMEOUT)
        .orElse(longest.compareTo(MARGIN) < 0 ? MARGIN : longest);
  }

  /** Adds the options to those that the job brings. */
  static void complete(JobSettings settings, Configuration flink) {
    Configuration given = settings.configuration();
    set(
        given,
        flink,
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    set(given, flink, CheckpointingOptions.CHECKPOINTING_TIMEOUT, timeout(settings));
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
