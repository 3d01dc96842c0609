package io.sapflow.job.options;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/** When and where checkpoints are written. */
public final class CheckpointOptions {

  static final OptionGroup GROUP = new OptionGroup("Checkpoints");

  public static final ConfigOption<Duration> INTERVAL =
      GROUP
          .duration("sapflow.checkpoint.interval")
          .byDefault(Duration.ofSeconds(30))
          .says("Time between checkpoints; readers see output, and the loop reacts, after one.");

  public static final ConfigOption<String> DIRECTORY =
      GROUP
          .text("sapflow.checkpoints")
          .says(
              "Directory, on any file system that Flink knows, in which each job keeps its checkpoints and savepoints in a directory of its name; by default checkpoints beside sapflow.adapter.store for run, and the cluster's execution.checkpointing.dir for submit.");

  private CheckpointOptions() {}
}
