package io.sapflow.job;

import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.resume.Start;
import io.sapflow.job.resume.StartRequest;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;

/** Where a job begins, as its configuration says. */
public final class JobStart {

  private JobStart() {}

  /**
   * Looks where the job begins, and whether its topics are another job's.
   *
   * @param root the directory of the checkpoints of all jobs
   * @param warnings is told if output of the last run may be missing, or if the brokers are not
   *     those that the store knows
   */
  public static Start find(
      Configuration configuration, String root, boolean fresh, Consumer<String> warnings) {
    JobSettings settings = new JobSettings(configuration);
    StepsOwner.check(settings, AccessLook.require(settings.kafka(), AccessList.ofTasks(settings)));
    PointerTopics.check(settings, warnings);
    return Start.find(
        new StartRequest(
            settings.jobName(),
            settings.find(JobOptions.FORMERLY),
            settings.kafka(),
            settings.topics(),
            settings.transactionalIdPrefix(),
            settings.get(KafkaOptions.TRANSACTION_TIMEOUT),
            root,
            configuration.get(StateRecoveryOptions.SAVEPOINT_PATH),
            fresh,
            BeginOnce.of(configuration, fresh).orElse(null)),
        warnings);
  }

  /**
   * Looks whether the job would be the one writer of its store and its topics, before anything is
   * started for it; a graph that is built of what this returns does not look again.
   *
   * @throws io.sapflow.job.writer.NotTheWriterException naming the live job that is
   */
  public static Configuration asWriter(Configuration configuration) {
    return Writers.begin(configuration);
  }

  /**
   * The directory of the checkpoints of all jobs, on storage that the cluster shares.
   *
   * @throws IllegalArgumentException if neither the job nor Flink has one
   */
  public static String root(Configuration configuration) {
    String root = named(configuration);
    if (root == null) {
      throw new IllegalArgumentException(
          CheckpointOptions.DIRECTORY.key()
              + ": is missing, expected a directory that all machines of the cluster share; or "
              + CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()
              + " in the cluster's configuration");
    }
    return root;
  }

  /** The same for a job on this machine: by default beside its adapters. */
  public static String rootBeside(Configuration configuration) {
    String root = named(configuration);
    return root == null
        ? new FlinkVersionFiles(new JobSettings(configuration).get(AdapterOptions.STORE))
            .sibling("checkpoints")
        : root;
  }

  /** The directory of the checkpoints of all jobs that a configuration names; null for none. */
  public static String named(Configuration configuration) {
    return configuration
        .getOptional(CheckpointOptions.DIRECTORY)
        .orElseGet(() -> configuration.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY));
  }
}
