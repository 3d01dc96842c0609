package io.sapflow.job;

import static io.sapflow.model.DeviceMemory.mebibytes;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;

/**
 * Whether what a task needs fits its device.
 *
 * @param device that was asked for
 * @param there its memory
 * @param needed by the task, in bytes, beside what this process has there already
 * @param needs the same in words
 */
public record DeviceFit(DeviceRequest device, DeviceMemory there, long needed, String needs) {

  private static final String RIGHT =
      "a larger device, "
          + ModelOptions.COMPUTE_TYPE.key()
          + ": bfloat16, or less of "
          + IngestOptions.MAX_TOKENS.key()
          + ", "
          + BatchingOptions.TOKENS.key()
          + " and "
          + BatchingOptions.ROWS.key();

  /** What a trainer needs at most: all that is foretold for the largest batch. */
  public static DeviceFit ofTraining(JobSettings settings, DeviceRequest device) {
    ModelConfig config = ModelConfig.read(settings.model());
    DeviceMemory there = DeviceMemory.of(device);
    MemoryForecast forecast = JobMemory.largest(settings, config, there.gpu());
    return new DeviceFit(
        device,
        there,
        forecast.onDevice(there.gpu()) - shared(settings, device, there, forecast.weights()),
        "training needs up to "
            + mebibytes(forecast.onDevice(there.gpu()))
            + " (weights "
            + mebibytes(forecast.weights())
            + ", activations of the largest batch "
            + mebibytes(forecast.activations())
            + ", spare "
            + mebibytes(forecast.spare())
            + ")");
  }

  /** What a probe needs at least: the model and an adapter. */
  static DeviceFit ofProbing(JobSettings settings, DeviceRequest device) {
    ModelConfig config = ModelConfig.read(settings.model());
    DeviceMemory there = DeviceMemory.of(device);
    long weights = MemoryForecast.parameters(config) * settings.computeType().bytes();
    long needed = weights + (long) Float.BYTES * new LoraLayout(config, settings.lora()).size();
    return new DeviceFit(
        device,
        there,
        needed - shared(settings, device, there, weights),
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
    boolean named = device.words().equals(there.device());
    return (named ? there.words() : device.words() + " (" + there.words() + ")")
        + ", where "
        + needs;
  }

  /**
   * Refuses a device that is too small.
   *
   * @throws ModelException in one line with what is there, what is needed and what would be right
   */
  public void require() {
    if (needed > there.free()) {
      throw new ModelException(DeviceRequest.KEY + ": found " + words() + ", expected " + RIGHT);
    }
  }
}
