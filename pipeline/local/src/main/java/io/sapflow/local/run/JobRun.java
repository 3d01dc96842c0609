package io.sapflow.local.run;

import org.apache.flink.configuration.Configuration;

/** A broker and a cluster that runs the job, for those who feed it. */
public interface JobRun {

  /** The broker's address. */
  String bootstrapServers();

  /** Submits the job and waits until it runs. */
  void submit(Configuration configuration);

  /** Fails with the job's failure if it has failed for good. */
  void check();

  /** Takes a checkpoint now, and waits until it is complete. */
  void checkpoint();

  /** Lets the job finish what it has read, and ends it. */
  void drain();
}
