package io.sapflow.job.check;

import io.sapflow.job.JobMemory;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.TorchRuntime;
import java.util.Optional;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/** Whether the device is there, and whether what is foretold for the job fits its memory. */
record DeviceCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a device (" + ModelOptions.DEVICE.key() + ") with memory for the model and a batch";

  @Override
  public String name() {
    return "device";
  }

  @Override
  public Finding look() {
    String device = subject.settings().get(ModelOptions.DEVICE);
    try {
      TorchRuntime.requireName(device);
      if (subject.purpose().elsewhere()) {
        return Finding.ok(device + ", of the TaskManagers", EXPECTED);
      }
      return memory(device, TorchRuntime.memory(device));
    } catch (ModelException e) {
      return Finding.told(e, EXPECTED);
    }
  }

  private Finding memory(String device, long there) {
    Optional<MemoryForecast> forecast = forecast();
    if (forecast.isEmpty()) {
      return Finding.ok(
          device + " with " + mib(there) + "; how much is needed is not known without the model",
          EXPECTED);
    }
    long needed = forecast.get().peak();
    String found = device + " with " + mib(there) + ", of which the job needs up to " + mib(needed);
    if (needed > there) {
      return Finding.warning(found, EXPECTED);
    }
    return offHeap()
        .filter(size -> size.getBytes() < needed)
        .map(
            size ->
                Finding.warning(
                    TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key() + ": " + size,
                    mib(needed) + " or more, which the job needs at most"))
        .orElse(Finding.ok(found, EXPECTED));
  }

  private Optional<MemoryForecast> forecast() {
    if (!subject.hasModel()) {
      return Optional.empty();
    }
    try {
      ModelConfig config = ModelConfig.read(subject.settings().model());
      return Optional.of(
          JobMemory.forecast(
              subject.settings(), config, JobMemory.largest(subject.settings(), config)));
    } catch (RuntimeException e) {
      return Optional.empty(); // What is wrong with the model is told there.
    }
  }

  /** What a TaskManager keeps for libtorch, where the job's file says so. */
  private Optional<MemorySize> offHeap() {
    return subject.configuration().getOptional(TaskManagerOptions.TASK_OFF_HEAP_MEMORY);
  }

  private static String mib(long bytes) {
    return String.format("%,d MiB", bytes >> 20);
  }
}
