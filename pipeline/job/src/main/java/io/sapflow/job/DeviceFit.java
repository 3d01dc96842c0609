package io.sapflow.job;

import static io.sapflow.model.DeviceMemory.mebibytes;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;

/**
 * Whether what a task needs fits its device. What it holds all the time must; what its largest
 * batch would take is told, as such a batch may never come.
 *
 * @param device that was asked for
 * @param there its memory
 * @param least that the task takes, in bytes, beside what this process has there already
 * @param most the same with the largest batch
 * @param needs both in words
 */
public record DeviceFit(
    DeviceRequest device, DeviceMemory there, long least, long most, String needs) {

  private static final String RIGHT =
      "a larger device, or " + ModelOptions.COMPUTE_TYPE.key() + ": bfloat16";

  /** What lets the largest batch fit. */
  public static final String LESS =
      RIGHT
          + ", or less of "
          + IngestOptions.MAX_TOKENS.key()
          + ", "
          + SafetyOptions.PAIR_TOKENS.key()
          + ", "
          + SafetyOptions.PAIRS.key()
          + ", "
          + BatchingOptions.TOKENS.key()
          + " and "
          + BatchingOptions.ROWS.key()
          + ", or auto of "
          + TrainingOptions.MICRO_BATCH_TOKENS.key()
          + " and "
          + TrainingOptions.ACTIVATION_CHECKPOINTING.key();

  /** Of a trainer: weights and an adapter's state, and what is foretold for the largest batch. */
  public static DeviceFit ofTraining(JobSettings settings, DeviceRequest device) {
    ModelConfig config = ModelConfig.read(settings.model());
    DeviceMemory there = DeviceMemory.of(device);
    MemoryPlan plan = MemoryPlan.of(settings, config, there);
    MemoryForecast forecast = plan.forecast();
    long least = forecast.weights() + forecast.adapter();
    long most = forecast.onDevice(there.gpu());
    long shared = shared(settings, device, there, forecast.weights());
    return new DeviceFit(
        device,
        there,
        least - shared,
        most - shared,
        "training needs at least "
            + mebibytes(least)
            + " (weights "
            + mebibytes(forecast.weights())
            + ") and up to "
            + mebibytes(most)
            + " with the largest batch, in "
            + plan.bound());
  }

  /** Of a probe: the model and an adapter. */
  static DeviceFit ofProbing(JobSettings settings, DeviceRequest device) {
    ModelConfig config = ModelConfig.read(settings.model());
    DeviceMemory there = DeviceMemory.of(device);
    long weights = MemoryForecast.parameters(config) * settings.computeType().bytes();
    long needed = weights + (long) Float.BYTES * new LoraLayout(config, settings.lora()).size();
    long own = needed - shared(settings, device, there, weights);
    return new DeviceFit(
        device,
        there,
        own,
        own,
        "probing needs at least " + mebibytes(needed) + " (weights " + mebibytes(weights) + ")");
  }

  /** The weights, where they are on the GPU already: what is free is told without them. */
  private static long shared(
      JobSettings settings, DeviceRequest device, DeviceMemory there, long weights) {
    return there.gpu() && BaseModel.isOpen(settings.model(), settings.computeType(), device)
        ? weights
        : 0;
  }

  /** What there is, and what is needed of it. */
  public String words() {
    return device.words() + " (" + there.words() + "), where " + needs;
  }

  /** Whether the largest batch would not fit. */
  public boolean isTight() {
    return most > there.free();
  }

  /**
   * Refuses a device that is too small.
   *
   * @throws ModelException in one line with what is there, what is needed and what would be right,
   *     if it is too small for good
   * @throws IllegalStateException with the same, if others have its memory now
   */
  public void require() {
    String message = DeviceRequest.KEY + ": found " + words() + ", expected " + RIGHT;
    if (least > there.total()) {
      throw new ModelException(message);
    }
    if (least > there.free()) {
      throw new IllegalStateException(message);
    }
  }
}
