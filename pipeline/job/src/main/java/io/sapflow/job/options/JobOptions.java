package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;

/** What the job is called and how wide it is. */
public final class JobOptions {

  static final OptionGroup GROUP = new OptionGroup("The job");

  /** Key groups of keyed state; fixed for the life of a job's state. */
  public static final int MAX_PARALLELISM = 128;

  public static final ConfigOption<String> PRESET =
      GROUP
          .text("sapflow.preset")
          .oneOf("none", "published")
          .byDefault("none")
          .says("none, or published: the settings of the paper's reference implementation.");

  public static final ConfigOption<String> NAME =
      GROUP
          .text("sapflow.job.name")
          .byDefault("sapflow")
          .says("Name of the job, of its consumer group and of the directory of its checkpoints.");

  public static final ConfigOption<String> ENVIRONMENT =
      GROUP
          .text("sapflow.job.environment")
          .says("Where the job runs, such as staging: a label of its alerts at their receivers.");

  public static final ConfigOption<String> FORMERLY =
      GROUP
          .text("sapflow.job.formerly")
          .says(
              "The name that the job had before: without it, a job does not start on topics that"
                  + " hold another one's steps.");

  public static final ConfigOption<String> ONCE =
      GROUP
          .text("sapflow.start.once")
          .says(
              "A word by which --fresh, or a beginning at execution.state-recovery.path, is done"
                  + " once: later starts with the same word go on from the newest checkpoint, if"
                  + " there is one. Another word begins again. Where the JobManager runs the job's"
                  + " main class, and again after each restart, --fresh needs one.");

  public static final ConfigOption<Integer> PARALLELISM =
      GROUP
          .whole("sapflow.job.parallelism")
          .atLeast(1)
          .atMost(JobOptions.MAX_PARALLELISM)
          .in("subtasks")
          .byDefault(1)
          .says("Subtasks of each operator; adapters spread over them.");

  public static final ConfigOption<String> SLOT_SHARING =
      GROUP
          .text("sapflow.job.slot-sharing")
          .oneOf("shared", "apart")
          .byDefault("shared")
          .says(
              "shared: one task slot for each of sapflow.job.parallelism. apart: three, of which trainer and probe have one each.");

  private JobOptions() {}
}
