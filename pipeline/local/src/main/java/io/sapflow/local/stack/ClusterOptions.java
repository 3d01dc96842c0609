package io.sapflow.local.stack;

import java.nio.file.Path;
import java.util.Objects;
import org.apache.flink.configuration.Configuration;

/**
 * The size and place of a {@link LocalCluster}.
 *
 * @param taskManagers how many TaskManagers, at least 1
 * @param slots task slots of each TaskManager, at least 1
 * @param directory where the cluster keeps its files; checkpoints go to {@code checkpoints} in it
 *     unless {@code flink} names another place
 * @param flink Flink options on top of the cluster's own; none of the job's, because a cluster
 *     shows its options to whoever opens its page, and the job's name addresses that open a server
 */
public record ClusterOptions(int taskManagers, int slots, Path directory, Configuration flink) {
  private static final String JOB_KEYS = "sapflow.";

  /** Read by what guards the cluster's interface. */
  private static final String GUARD_KEYS = "sapflow.rest.";

  public ClusterOptions {
    if (taskManagers < 1 || slots < 1) {
      throw new IllegalArgumentException(
          "taskManagers and slots are at least 1, not " + taskManagers + " and " + slots);
    }
    directory = directory.toAbsolutePath();
    Configuration shown = new Configuration();
    Objects.requireNonNull(flink, "flink")
        .toMap()
        .forEach(
            (key, value) -> {
              if (!key.startsWith(JOB_KEYS) || key.startsWith(GUARD_KEYS)) {
                shown.setString(key, value);
              }
            });
    flink = shown;
  }

  /** One TaskManager with {@code slots} slots and no further options. */
  public static ClusterOptions of(int slots, Path directory) {
    return new ClusterOptions(1, slots, directory, new Configuration());
  }
}
