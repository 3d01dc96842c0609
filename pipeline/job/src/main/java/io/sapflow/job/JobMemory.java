package io.sapflow.job;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.model.ComputeType;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.PassMemory;
import java.util.Comparator;
import java.util.List;

/** How much memory a job's tasks take, by its settings. */
public final class JobMemory {

  private JobMemory() {}

  /**
   * A batch as the settings say.
   *
   * @param length tokens of each row
   */
  public static MemoryForecast.Batch batch(JobSettings settings, int length) {
    return batch(settings.get(BatchingOptions.ROWS), length, settings.get(SafetyOptions.PAIRS));
  }

  /** Half of the tokens are targets. */
  private static MemoryForecast.Batch batch(int rows, int length, int pairs) {
    return new MemoryForecast.Batch(rows, length, rows * (length / 2), pairs);
  }

  /**
   * The largest batches: rows as long as an example may be, as many as a batch's tokens allow, and
   * the pairs of a direction beside one row.
   */
  static List<MemoryForecast.Batch> largest(JobSettings settings, ModelConfig config) {
    int length = Math.min(settings.get(IngestOptions.MAX_TOKENS), config.maxPositions());
    int fitting = Math.max(1, settings.get(BatchingOptions.TOKENS) / length);
    int rows =
        settings.find(BatchingOptions.LEAST_TOKENS) == null
            ? Math.min(settings.get(BatchingOptions.ROWS), fitting)
            : fitting;
    int ofPairs = Math.min(settings.pairTokens(), config.maxPositions());
    return List.of(batch(rows, length, 0), batch(1, ofPairs, settings.get(SafetyOptions.PAIRS)));
  }

  /** Tokens of a batch's largest pass. */
  static long tokens(MemoryForecast.Batch batch) {
    return Math.max(batch.rows(), 2L * batch.pairs()) * batch.length();
  }

  /** What is foretold for the largest batch. */
  static MemoryForecast largest(
      JobSettings settings, ModelConfig config, ComputeType held, PassMemory memory, boolean gpu) {
    return largest(settings, config).stream()
        .map(batch -> forecast(settings, config, batch, held, memory, gpu))
        .max(Comparator.comparingLong(MemoryForecast::peak))
        .orElseThrow();
  }

  /** What is foretold for a batch and a type of the base. */
  public static MemoryForecast forecast(
      JobSettings settings,
      ModelConfig config,
      MemoryForecast.Batch batch,
      ComputeType held,
      PassMemory memory,
      boolean gpu) {
    return MemoryForecast.of(
        config,
        new LoraLayout(config, settings.lora()),
        held,
        settings.kernel(config).hiddenProbeLayers().length,
        batch,
        settings.train().sap().probeGradient(),
        memory,
        gpu);
  }
}
