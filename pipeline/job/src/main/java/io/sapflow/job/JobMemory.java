package io.sapflow.job;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.model.ComputeType;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.TorchRuntime;
import java.util.Comparator;
import java.util.stream.Stream;

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

  /** What is foretold for a batch and a type of the base. */
  public static MemoryForecast forecast(
      JobSettings settings, ModelConfig config, MemoryForecast.Batch batch, ComputeType held) {
    return forecast(
        settings,
        config,
        batch,
        held,
        TorchRuntime.device(settings.get(ModelOptions.DEVICE)).isGpu());
  }

  /**
   * What is foretold for the largest batch on a device that is known: rows as long as an example
   * may be, as many as a batch's tokens allow, or the pairs of a direction.
   */
  static MemoryForecast largest(JobSettings settings, ModelConfig config, boolean gpu) {
    int length = Math.min(settings.get(IngestOptions.MAX_TOKENS), config.maxPositions());
    int rows =
        Math.min(
            settings.get(BatchingOptions.ROWS),
            Math.max(1, settings.get(BatchingOptions.TOKENS) / length));
    int ofPairs = Math.min(settings.pairTokens(), config.maxPositions());
    return Stream.of(
            batch(rows, length, 0), batch(2 * settings.get(SafetyOptions.PAIRS), ofPairs, 0))
        .map(batch -> forecast(settings, config, batch, settings.computeType(), gpu))
        .max(Comparator.comparingLong(MemoryForecast::peak))
        .orElseThrow();
  }

  private static MemoryForecast forecast(
      JobSettings settings,
      ModelConfig config,
      MemoryForecast.Batch batch,
      ComputeType held,
      boolean gpu) {
    return MemoryForecast.of(
        config,
        new LoraLayout(config, settings.lora()),
        held,
        settings.kernel(config).hiddenProbeLayers().length,
        batch,
        settings.train().sap().probeGradient(),
        gpu);
  }
}
