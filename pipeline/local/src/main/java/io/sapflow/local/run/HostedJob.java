package io.sapflow.local.run;

import io.sapflow.job.JobSettings;
import io.sapflow.job.JobStart;
import io.sapflow.job.SlotGroups;
import io.sapflow.job.TuningJob;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.job.options.MetricsOptions;
import io.sapflow.job.resume.JobLock;
import io.sapflow.job.resume.Start;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.LocalCluster;
import io.sapflow.local.stack.MetricsPort;
import io.sapflow.local.stack.WorkDirectory;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A job in a Flink cluster of this process, until it is told to stop. */
public final class HostedJob {

  private static final Duration POLL = Duration.ofMillis(200);

  /** A training step is not interrupted: the savepoint waits for it. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(10);

  private static final Duration CANCEL_LIMIT = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final JobSettings settings;
  private final MetricsPort metrics;
  private final boolean fresh;
  private final Consumer<String> lines;

  /**
   * A job.
   *
   * @param configuration one that {@link io.sapflow.job.Preflight} has passed
   * @param fresh whether to begin anew over existing state
   * @param lines is told how it goes
   */
  public HostedJob(Configuration configuration, boolean fresh, Consumer<String> lines) {
    this.configuration = configuration;
    this.settings = new JobSettings(configuration);
    this.metrics = new MetricsPort(settings.get(MetricsOptions.PROMETHEUS_PORT));
    this.fresh = fresh;
    this.lines = lines;
  }

  /**
   * Runs it until the signal comes or somebody cancels it.
   *
   * @param work holds what Flink needs meanwhile
   * @throws StackException in one line, if the job fails for good
   */
  public void run(WorkDirectory work, StopSignal stop) {
    if (isStopped(stop)) {
      return;
    }
    metrics.requireFree();
    String root = JobStart.rootBeside(configuration);
    try (JobLock lock = JobLock.take(root, settings.jobName())) {
      Start start = JobStart.find(configuration, root, fresh, lines);
      LocalRun.createTopics(settings);
      Configuration complete = JobStart.asWriter(start.complete(configuration));
      lines.accept(start.words());
      try (LocalCluster cluster = LocalCluster.start(size(work, complete))) {
        lines.accept("Flink: " + cluster.webUrl());
        if (metrics.isOpen()) {
          lines.accept("metrics: " + metrics.url());
        }
        StreamGraph graph = TuningJob.checkedGraph(complete);
        if (isStopped(stop)) {
          return;
        }
        start.begin();
        follow(cluster, cluster.submit(graph), start, stop);
      }
    }
  }

  /** Whether there is nothing to run, and nothing to stop. */
  private boolean isStopped(StopSignal stop) {
    if (stop.requested()) {
      lines.accept("stopped before the job was started");
    }
    return stop.requested();
  }

  private ClusterOptions size(WorkDirectory work, Configuration complete) {
    return new ClusterOptions(
        1, SlotGroups.needed(settings), work.resolve("flink"), metrics.reported(complete));
  }

  private void follow(LocalCluster cluster, JobID job, Start start, StopSignal stop) {
    boolean ran = false;
    RestartWatch restarts = new RestartWatch(settings, lines);
    while (!stop.requested()) {
      if (cluster.hasEnded(job)) {
        lines.accept("job " + job + " was ended by somebody else; " + next(start));
        return;
      }
      if (!ran && cluster.isRunning(job)) {
        ran = true;
        lines.accept("job " + job + " runs");
      }
      look(cluster, job, restarts);
      Waiting.pause(POLL);
    }
    if (cluster.hasEnded(job)) {
      return;
    }
    if (!ran && !cluster.isRunning(job)) {
      cluster.cancel(job, CANCEL_LIMIT);
      lines.accept("stopped job " + job + ", which has not run yet; " + next(start));
      return;
    }
    lines.accept("stopping job " + job + " with a savepoint");
    stop(cluster, job, start);
  }

  private static void look(LocalCluster cluster, JobID job, RestartWatch restarts) {
    Optional<StackException> end =
        restarts.look(() -> cluster.restarts(job), () -> cluster.lastFailure(job));
    if (end.isPresent()) {
      throw Ending.of(end.get(), () -> cluster.cancel(job, CANCEL_LIMIT));
    }
  }

  private void stop(LocalCluster cluster, JobID job, Start start) {
    try {
      lines.accept("stopped; savepoint " + cluster.stop(job, start.savepoints(), STOP_LIMIT));
      cluster.awaitEnd(job, CANCEL_LIMIT);
    } catch (StackException e) {
      cluster.cancel(job, CANCEL_LIMIT);
      throw new StackException(e.getMessage() + "; the job is cancelled, " + next(start), e);
    }
  }

  private static String next(Start start) {
    try {
      return start
          .latest()
          .map(latest -> "the next start goes on from " + latest)
          .orElse("no checkpoint was completed");
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return e.getMessage();
    }
  }
}
