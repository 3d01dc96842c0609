package io.sapflow.job.check;

import static io.sapflow.model.DeviceMemory.mebibytes;

import io.sapflow.job.DeviceFit;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.DeviceMemory;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.ModelException;
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
    try {
      DeviceRequest device = DeviceRequest.of(subject.settings().get(ModelOptions.DEVICE));
      if (subject.purpose().elsewhere()) {
        return Finding.ok(device.words() + ", of the TaskManagers", EXPECTED);
      }
      return memory(device);
    } catch (ModelException | IllegalStateException e) {
      return Finding.told(e, EXPECTED);
    }
  }

  private Finding memory(DeviceRequest device) {
    DeviceMemory there = DeviceMemory.of(device);
    Optional<DeviceFit> fit = fit(device);
    if (fit.isEmpty()) {
      return Finding.ok(
          device.words()
              + " ("
              + there.words()
              + "); how much is needed is not known without the model",
          EXPECTED);
    }
    fit.get().require();
    if (fit.get().isTight()) {
      return Finding.warning(fit.get().words(), DeviceFit.LESS);
    }
    long needed = fit.get().most();
    return offHeap()
        .filter(size -> !there.gpu() && size.getBytes() < needed)
        .map(
            size ->
                Finding.warning(
                    TaskManagerOptions.TASK_OFF_HEAP_MEMORY.key() + ": " + size,
                    mebibytes(needed) + " or more, which the job needs at most"))
        .orElse(Finding.ok(fit.get().words(), EXPECTED));
  }

  private Optional<DeviceFit> fit(DeviceRequest device) {
    if (!subject.hasModel()) {
      return Optional.empty();
    }
    try {
      return Optional.of(DeviceFit.ofTraining(subject.settings(), device));
    } catch (RuntimeException e) {
      return Optional.empty(); // What is wrong with the model is told there.
    }
  }

  /** What a TaskManager keeps for libtorch, where the job's file says so. */
  private Optional<MemorySize> offHeap() {
    return subject.configuration().getOptional(TaskManagerOptions.TASK_OFF_HEAP_MEMORY);
  }
}
