package io.sapflow.local.stack;

import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;

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

  /** Such as {@code 4, 1 of them free}. */
  public String words() {
    return total + ", " + free + " of them free";
  }
}
