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

/** How much memory a job's tasks take, by its settings. */
public final class JobMemory {

  private JobMemory() {}

  /**
   * A batch as the settings say, half of the tokens targets.
   *
   * @param length tokens of each row
   */
  public static MemoryForecast.Batch batch(JobSettings settings, int length) {
    return batch(settings, settings.get(BatchingOptions.ROWS), length);
  }

  /** The largest batch: rows as long as an example may be, as many as a batch's tokens allow. */
  public static MemoryForecast.Batch largest(JobSettings settings, ModelConfig config) {
    int length = Math.min(settings.get(IngestOptions.MAX_TOKENS), config.maxPositions());
    int rows =
        Math.min(
            settings.get(BatchingOptions.ROWS),
            Math.max(1, settings.get(BatchingOptions.TOKENS) / length));
    return batch(settings, rows, length);
  }

  private static MemoryForecast.Batch batch(JobSettings settings, int rows, int length) {
    return new MemoryForecast.Batch(
        rows, length, rows * (length / 2), settings.get(SafetyOptions.PAIRS));
  }

  /** What is foretold for a batch and the type that the settings hold the base in. */
  public static MemoryForecast forecast(
      JobSettings settings, ModelConfig config, MemoryForecast.Batch batch) {
    return forecast(settings, config, batch, settings.computeType());
  }

  /** The same for another type of the base. */
  public static MemoryForecast forecast(
      JobSettings settings, ModelConfig config, MemoryForecast.Batch batch, ComputeType held) {
    return forecast(
        settings,
        config,
        batch,
        held,
        TorchRuntime.device(settings.get(ModelOptions.DEVICE)).isGpu());
  }

  /** What is foretold for the largest batch, of examples or of pairs, on a device that is known. */
  static MemoryForecast largest(JobSettings settings, ModelConfig config, boolean gpu) {
    MemoryForecast.Batch examples = largest(settings, config);
    int length = Math.min(settings.pairTokens(), config.maxPositions());
    int rows = 2 * settings.get(SafetyOptions.PAIRS);
    MemoryForecast ofExamples =
        forecast(
            settings,
            config,
            new MemoryForecast.Batch(examples.rows(), examples.length(), examples.targets(), 0),
            settings.computeType(),
            gpu);
    MemoryForecast ofPairs =
        forecast(
            settings,
            config,
            new MemoryForecast.Batch(rows, length, rows * (length / 2), 0),
            settings.computeType(),
            gpu);
    return ofPairs.peak() > ofExamples.peak() ? ofPairs : ofExamples;
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
