package io.sapflow.local.stack;

import java.util.Collection;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerDetailsInfo;

/**
 * The task slots of a cluster; one that makes TaskManagers when they are needed may get more.
 *
 * @param total of all TaskManagers that have registered
 * @param free that no job has
 */
public record TaskSlots(int total, int free) {

  static TaskSlots of(ClusterOverview overview) {
    return new TaskSlots(overview.getNumSlotsTotal(), overview.getNumSlotsAvailable());
  }

  /** As one job sees them: what it has itself counts as free. */
  static TaskSlots of(Collection<TaskManagerDetailsInfo> taskManagers, JobID job) {
    return new TaskSlots(
        taskManagers.stream().mapToInt(TaskManagerDetailsInfo::getNumberSlots).sum(),
        taskManagers.stream().mapToInt(each -> free(each, job)).sum());
  }

  private static int free(TaskManagerDetailsInfo taskManager, JobID job) {
    long own =
        taskManager.getAllocatedSlots().stream()
            .filter(slot -> slot.getJobId().equals(job))
            .count();
    return taskManager.getNumberAvailableSlots() + (int) own;
  }

  /** Such as {@code 4, 1 of them free}. */
  public String words() {
    return total + ", " + free + " of them free";
  }
}
