package io.sapflow.local.run;

import io.sapflow.job.JobSettings;
import io.sapflow.job.JobStart;
import io.sapflow.job.RestartRules;
import io.sapflow.job.TuningJob;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.resume.JobLock;
import io.sapflow.job.resume.Start;
import io.sapflow.local.stack.RemoteCluster;
import io.sapflow.local.stack.RemoteJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** Hands the job to a cluster that runs, and looks whether it comes up there. */
public final class Submission {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Configuration configuration;
  private final boolean fresh;
  private final Consumer<String> lines;

  /**
   * A submission.
   *
   * @param configuration the job's, which {@link io.sapflow.job.Preflight} has passed, and where
   *     the cluster is
   * @param fresh whether to begin anew over existing state
   * @param lines is told how it goes
   */
  public Submission(Configuration configuration, boolean fresh, Consumer<String> lines) {
    this.configuration = configuration;
    this.fresh = fresh;
    this.lines = lines;
  }

  /**
   * Submits the job.
   *
   * @param jar the job jar
   * @throws StackException in one line, if the job runs already or fails for good
   */
  public JobID submit(Path jar) {
    JobSettings settings = new JobSettings(configuration);
    String name = settings.jobName();
    try (RemoteCluster cluster = RemoteCluster.at(configuration)) {
      cluster
          .running(name)
          .ifPresent(
              job -> {
                throw new StackException(
                    "job "
                        + name
                        + " runs already, as "
                        + job
                        + ": stop it first, or set "
                        + JobOptions.NAME.key());
              });
      RemoteJob job = handOver(cluster, settings, jar);
      lines.accept("job " + job.id() + " submitted to " + cluster.url());
      lines.accept(
          "job " + job.id() + (comesUp(job, settings) ? " runs" : " waits for task slots"));
      return job.id();
    }
  }

  private RemoteJob handOver(RemoteCluster cluster, JobSettings settings, Path jar) {
    String root = root(cluster);
    try (JobLock lock = JobLock.take(root, settings.jobName())) {
      Start start = JobStart.find(configuration, root, fresh, lines);
      LocalRun.createTopics(settings);
      lines.accept(start.words());
      StreamGraph graph =
          TuningJob.checkedGraph(RestartRules.onACluster(start.complete(configuration)));
      start.begin();
      return cluster.submit(graph, jar);
    }
  }

  private String root(RemoteCluster cluster) {
    Configuration known = new Configuration(configuration);
    cluster
        .checkpoints()
        .filter(directory -> !known.contains(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .ifPresent(directory -> known.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory));
    return JobStart.root(known);
  }

  private boolean comesUp(RemoteJob job, JobSettings settings) {
    RestartWatch restarts = new RestartWatch(settings, lines);
    long end = System.nanoTime() + LIMIT.toNanos();
    boolean runs = false;
    // A loop that was told once is followed to its end, if that comes soon: nobody else resolves
    // it.
    while ((!runs || restarts.loopLasts()) && System.nanoTime() < end) {
      job.check();
      restarts.look(job::restarts, Optional::empty);
      runs = job.isRunning();
      if (!runs || restarts.loopLasts()) {
        Waiting.pause(POLL);
      }
    }
    return runs;
  }
}
