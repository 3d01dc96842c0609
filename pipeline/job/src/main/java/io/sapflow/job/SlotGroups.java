package io.sapflow.job;

import io.sapflow.job.options.JobOptions;

/** The slot sharing groups of a job's operators, and how many task slots they need. */
public final class SlotGroups {

  /** Flink's name for the group of whoever is in no other. */
  static final String OTHERS = "default";

  private static final int GROUPS_APART = 3;

  private SlotGroups() {}

  /** Whether trainers and probes are in groups of their own. */
  static boolean apart(JobSettings settings) {
    return settings.get(JobOptions.SLOT_SHARING).equals("apart");
  }

  /** The group of the trainers, and of what is chained to them. */
  static String train(JobSettings settings) {
    return apart(settings) ? "train" : OTHERS;
  }

  /** The group of the probes, and of what is chained to them. */
  static String probe(JobSettings settings) {
    return apart(settings) ? "probe" : OTHERS;
  }

  /** How many task slots the job needs, all of them at the same time. */
  public static int needed(JobSettings settings) {
    return settings.get(JobOptions.PARALLELISM) * (apart(settings) ? GROUPS_APART : 1);
  }

  /** What would make them fewer. */
  public static String lower(JobSettings settings) {
    return JobOptions.PARALLELISM.key()
        + (apart(settings) ? ", or set " + JobOptions.SLOT_SHARING.key() + ": shared" : "");
  }

  /** The same in words, with what they come of. */
  public static String words(JobSettings settings) {
    return needed(settings)
        + " task slots ("
        + JobOptions.PARALLELISM.key()
        + ": "
        + settings.get(JobOptions.PARALLELISM)
        + ", "
        + JobOptions.SLOT_SHARING.key()
        + ": "
        + settings.get(JobOptions.SLOT_SHARING)
        + ")";
  }
}
