package io.sapflow.local.run;

import io.sapflow.job.JobSettings;
import io.sapflow.job.JobStart;
import io.sapflow.job.RestartRules;
import io.sapflow.job.SlotGroups;
import io.sapflow.job.TuningJob;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.resume.JobLock;
import io.sapflow.job.resume.Start;
import io.sapflow.local.stack.RemoteCluster;
import io.sapflow.local.stack.RemoteJob;
import io.sapflow.local.stack.TaskSlots;
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

  /** Within which every task must run, unless it is said otherwise. */
  public static final Duration LIMIT = Duration.ofMinutes(5);

  static final String UNREPORTED =
      "the cluster tells its metrics to nobody: its configuration has no"
          + " metrics.reporter.NAME.factory.class (docs/observability.md)";

  private static final Duration CANCEL_LIMIT = Duration.ofMinutes(1);

  private final Configuration configuration;
  private final boolean fresh;
  private final Duration limit;
  private final Consumer<String> lines;

  /**
   * A submission.
   *
   * @param configuration the job's, which {@link io.sapflow.job.Preflight} has passed, and where
   *     the cluster is
   * @param fresh whether to begin anew over existing state
   * @param limit within which every task must run: models are read, and slots found
   * @param lines is told how it goes
   */
  public Submission(
      Configuration configuration, boolean fresh, Duration limit, Consumer<String> lines) {
    this.configuration = configuration;
    this.fresh = fresh;
    this.limit = limit;
    this.lines = lines;
  }

  /**
   * Submits the job.
   *
   * @param jar the job jar
   * @return the job, all of whose tasks run
   * @throws StackException in one line, if there is no such cluster, if the job runs already, fails
   *     for good or again and again of what no restart mends, or gets too few task slots within the
   *     limit; then none of it is left there. Where it does not run for another cause by then, or
   *     still restarts again and again, it stays on the cluster and is tried on
   */
  public JobID submit(Path jar) {
    JobSettings settings = new JobSettings(configuration);
    String name = settings.jobName();
    try (RemoteCluster cluster = RemoteCluster.at(configuration)) {
      cluster.requireSameFlink();
      TokenEndpoint.of(settings.kafka()).ifPresent(cluster::requireAllowed);
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
      awaitRunning(job, settings);
      lines.accept("job " + job.id() + " runs");
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
      cluster.slots().flatMap(slots -> tooFew(settings, slots)).ifPresent(lines);
      if (!cluster.reportsMetrics()) {
        lines.accept(UNREPORTED);
      }
      RemoteJob job = cluster.submit(graph, jar);
      lines.accept("job " + job.id() + " submitted to " + cluster.url());
      lines.accept(start.stopWords(job.id().toString()));
      return job;
    }
  }

  /** What is said of a cluster without slots for the job; others may come, or become free. */
  static Optional<String> tooFew(JobSettings settings, TaskSlots slots) {
    return areTooFew(settings, slots)
        ? Optional.of(
            "the job waits for task slots: the cluster has "
                + slots.words()
                + ", and it needs "
                + SlotGroups.words(settings))
        : Optional.empty();
  }

  static boolean areTooFew(JobSettings settings, TaskSlots slots) {
    return slots.free() < SlotGroups.needed(settings);
  }

  private String root(RemoteCluster cluster) {
    Configuration known = new Configuration(configuration);
    cluster
        .checkpoints()
        .filter(directory -> !known.contains(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .ifPresent(directory -> known.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory));
    return JobStart.root(known);
  }

  private void awaitRunning(RemoteJob job, JobSettings settings) {
    RestartWatch restarts = new RestartWatch(settings, lines);
    long end = System.nanoTime() + limit.toNanos();
    boolean runs = false;
    // A loop that was told once is followed to its end, if that comes soon: nobody else resolves
    // it.
    while ((!runs || restarts.loopLasts()) && System.nanoTime() < end) {
      job.check();
      restarts
          .look(job::restarts, job::lastFailure)
          .ifPresent(
              cause -> {
                // The next submission finds no job of the name.
                throw Ending.of(cause, () -> job.cancel(CANCEL_LIMIT));
              });
      runs = job.isRunning();
      if (!runs || restarts.loopLasts()) {
        Waiting.pause(POLL);
      }
    }
    boolean loops = restarts.loopLasts();
    if (!runs) {
      job.slots()
          .filter(slots -> areTooFew(settings, slots))
          .ifPresent(slots -> giveUp(job, settings, slots));
    }
    if (!runs || loops) {
      String tasks = job.tasks().orElse("an unknown number");
      throw new StackException(words(job.id(), limit, loops, tasks, job.lastFailure()));
    }
  }

  private void giveUp(RemoteJob job, JobSettings settings, TaskSlots slots) {
    StackException cause = new StackException(words(job.id(), settings, limit, slots));
    throw Ending.of(cause, () -> job.cancel(CANCEL_LIMIT));
  }

  /** Why a job that gets too few slots is cancelled. */
  static String words(JobID job, JobSettings settings, Duration limit, TaskSlots slots) {
    return "job "
        + job
        + " does not run after "
        + limit.toSeconds()
        + " s: found "
        + slots.free()
        + " free of the cluster's "
        + slots.total()
        + " task slots, expected "
        + SlotGroups.words(settings)
        + "; it is cancelled: add TaskManagers or slots (taskmanager.numberOfTaskSlots), or lower "
        + SlotGroups.lower(settings);
  }

  /**
   * What is wrong with a job after the time that it has, where slots are not.
   *
   * @param loops whether it restarts again and again, though all of its tasks may run between
   * @param tasks of it that run
   * @param failure that it was restarted for last
   */
  static String words(
      JobID job, Duration limit, boolean loops, String tasks, Optional<Throwable> failure) {
    return "job "
        + job
        + (loops
            ? " still restarts again and again after " + limit.toSeconds() + " s: "
            : " does not run after " + limit.toSeconds() + " s, but " + tasks + " of its tasks: ")
        + failure
            .map(Hopeless::root)
            .map(Throwable::toString)
            .orElse("its model is still read, or the cluster gives its slots late")
        + "; it stays on the cluster and is tried on: end it by bin/flink cancel "
        + job;
  }
}
