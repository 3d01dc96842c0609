package io.sapflow.job.check;

/** What a job is looked at for. */
public enum Purpose {
  /** To know how things are; nothing is started. */
  LOOK,
  /** To be run in this process, which makes the topics that are missing. */
  RUN,
  /** To be handed to a cluster, after the topics that are missing were made. */
  SUBMIT,
  /** To be handed to a cluster by Flink's own client, which makes no topics. */
  JAR;

  /** Whether the tasks may run elsewhere, so that this machine does not tell what they find. */
  boolean elsewhere() {
    return this == SUBMIT || this == JAR;
  }
}
