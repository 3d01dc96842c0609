package io.sapflow.job;

import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.GenerationMemory;
import io.sapflow.model.ModelConfig;
import io.sapflow.probe.ProbeBatch;

/**
 * {@code sapflow.probe.rows}: a number, or as many as memory holds. The latter goes by settings,
 * model and the device's whole memory, not by what is free, so that equal machines answer alike.
 */
final class ProbeRows {

  private static final String AUTO = "auto";

  /** Given answers are scored so many at a time where only the prompts' rows go by memory. */
  private static final int SCORED = 32;

  private ProbeRows() {}

  /**
   * Looks at the setting alone.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  static void check(JobSettings settings) {
    written(settings);
  }

  /** What a probe of a model computes together. */
  static ProbeBatch of(JobSettings settings, DeviceRequest device, ModelConfig config) {
    int rows = written(settings);
    return rows > 0
        ? ProbeBatch.of(rows)
        : byMemory(settings, config, DeviceMemory.of(device).total());
  }

  /** As many as a share of a device's memory holds at the longest prompt and answer. */
  static ProbeBatch byMemory(JobSettings settings, ModelConfig config, long memory) {
    long prompt = Math.min(settings.get(IngestOptions.MAX_TOKENS), config.maxPositions());
    long longest = prompt + settings.get(ProbeOptions.ANSWER_TOKENS);
    long bytes = (long) (settings.get(ProbeOptions.MEMORY_SHARE) * memory);
    return new ProbeBatch(
        GenerationMemory.rows(config, settings.computeType(), longest, bytes), SCORED, true);
  }

  /** The number that is written; 0 for auto. */
  private static int written(JobSettings settings) {
    String found = settings.get(ProbeOptions.ROWS).strip();
    if (found.equals(AUTO)) {
      return 0;
    }
    if (found.matches("\\d{1,9}") && Integer.parseInt(found) > 0) {
      return Integer.parseInt(found);
    }
    throw new IllegalArgumentException(
        ProbeOptions.ROWS.key()
            + ": found "
            + found
            + ", expected a whole number of at least 1, or auto");
  }
}
