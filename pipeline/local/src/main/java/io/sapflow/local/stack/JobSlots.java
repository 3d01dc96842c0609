package io.sapflow.local.stack;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerDetailsInfo;

/**
 * Task slots of a cluster as one job sees them.
 *
 * @param needed for all tasks of the job
 * @param free for it, and those that it has already
 * @param all that the cluster has
 */
public record JobSlots(int needed, int free, int all) {

  static JobSlots of(JobDetailsInfo job, Collection<TaskManagerDetailsInfo> taskManagers) {
    return new JobSlots(
        needed(job),
        taskManagers.stream().mapToInt(each -> free(each, job.getJobId())).sum(),
        taskManagers.stream().mapToInt(TaskManagerDetailsInfo::getNumberSlots).sum());
  }

  /** Tasks of a slot sharing group stand in one slot, but for subtasks of the same operator. */
  private static int needed(JobDetailsInfo job) {
    Map<Object, Integer> groups =
        job.getJobVertexInfos().stream()
            .collect(
                Collectors.toMap(
                    JobVertexDetailsInfo::getSlotSharingGroupId,
                    JobVertexDetailsInfo::getParallelism,
                    Math::max));
    return groups.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static int free(TaskManagerDetailsInfo taskManager, JobID job) {
    long own =
        taskManager.getAllocatedSlots().stream()
            .filter(slot -> slot.getJobId().equals(job))
            .count();
    return taskManager.getNumberAvailableSlots() + (int) own;
  }

  /** Whether there are too few for the job. */
  public boolean areTooFew() {
    return free < needed;
  }
}
