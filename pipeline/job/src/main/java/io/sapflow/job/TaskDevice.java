package io.sapflow.job;

import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.TaskPlace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device of a subtask that computes with the model: of those that Flink's external resource
 * gives its process, or as the setting says alone.
 *
 * <p>Flink shows every task of a process all of its devices. Subtasks take them in turn; probes
 * that have slots of their own come after the trainers, so that both do not begin with the same.
 */
final class TaskDevice {

  private static final Logger LOG = LoggerFactory.getLogger(TaskDevice.class);

  private TaskDevice() {}

  /**
   * Of a trainer.
   *
   * @throws io.sapflow.model.ModelException where setting and resource contradict each other
   */
  static DeviceRequest ofTrainer(JobSettings settings, TaskPlace place) {
    return of(settings, "train", place, place.subtask());
  }

  /**
   * Of a probe.
   *
   * @throws io.sapflow.model.ModelException where setting and resource contradict each other
   */
  static DeviceRequest ofProbe(JobSettings settings, TaskPlace place) {
    int before = SlotGroups.apart(settings) ? settings.get(JobOptions.PARALLELISM) : 0;
    return of(settings, "probe", place, before + place.subtask());
  }

  private static DeviceRequest of(JobSettings settings, String task, TaskPlace place, int turn) {
    String resource = settings.get(ModelOptions.EXTERNAL_RESOURCE);
    DeviceRequest device =
        DeviceRequest.of(
            settings.get(ModelOptions.DEVICE), resource, place.given().apply(resource), turn);
    LOG.info("{} {} computes on {}", task, place.subtask(), device.words());
    return device;
  }
}
