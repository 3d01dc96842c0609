package io.sapflow.local.stack;

import io.sapflow.guard.RestGuardOptions;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.client.program.MiniClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointStatsCounts;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.SubtaskStateStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecution;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.graph.ExecutionPlan;

/**
 * A Flink cluster in this process, for this machine alone: everything that it opens is on
 * 127.0.0.1, its web page and REST interface on a free port. A page of somebody else's in a browser
 * gets no answer there, and no job is taken (see {@code io.sapflow.guard}).
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String LOOPBACK = "127.0.0.1";

  private final MiniCluster cluster;
  private final MiniClusterClient client;
  private final URI webUrl;

  private LocalCluster(MiniCluster cluster, URI webUrl) {
    this.cluster = cluster;
    this.client = new MiniClusterClient(cluster.getConfiguration(), cluster);
    this.webUrl = webUrl;
  }

  /** Starts a cluster and waits until it takes jobs. */
  public static LocalCluster start(ClusterOptions options) {
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration(options))
                .setNumTaskManagers(options.taskManagers())
                .setNumSlotsPerTaskManager(options.slots())
                .build());
    try {
      cluster.start();
      return new LocalCluster(cluster, Waiting.get(cluster.getRestAddress(), CALL_LIMIT, "start"));
    } catch (Exception e) {
      cluster.closeAsync();
      throw new StackException("the Flink cluster did not start: " + e.getMessage(), e);
    }
  }

  private static Configuration configuration(ClusterOptions options) {
    Path temporary = options.directory().resolve("tmp");
    try {
      Files.createDirectories(temporary);
    } catch (IOException e) {
      throw new StackException("the Flink cluster cannot write to " + temporary + ": " + e, e);
    }
    Configuration flink = new Configuration();
    flink.set(RestOptions.BIND_PORT, "0");
    flink.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
    flink.set(WebOptions.TMP_DIR, temporary.toString());
    flink.set(CoreOptions.TMP_DIRS, temporary.toString());
    flink.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        options.directory().resolve("checkpoints").toUri().toString());
    flink.addAll(options.flink());
    keepToThisMachine(flink);
    return flink;
  }

  /** Comes last: a configuration that is meant for a cluster as well opens nothing here. */
  private static void keepToThisMachine(Configuration flink) {
    flink.set(RestOptions.ADDRESS, LOOPBACK);
    flink.set(RestOptions.BIND_ADDRESS, LOOPBACK);
    // The BLOB server's, too.
    flink.set(JobManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(TaskManagerOptions.HOST, LOOPBACK);
    flink.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    // No origin: the page itself needs none.
    flink.set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, "");
    flink.removeConfig(RestGuardOptions.HOSTS);
    flink.removeConfig(RestGuardOptions.SECRET_FILE);
  }

  /** The address of Flink's web page and REST interface. */
  public URI webUrl() {
    return webUrl;
  }

  /** Flink's own client, for what this class does not offer. */
  public ClusterClient<?> client() {
    return client;
  }

  /** Submits a StreamGraph or a JobGraph. */
  public JobID submit(ExecutionPlan job) {
    return Waiting.get(client.submitJob(job), CALL_LIMIT, "submission of " + job.getName());
  }

  /** Waits until the job has ended and returns how: finished or cancelled. */
  public JobStatus awaitEnd(JobID job, Duration limit) {
    JobResult result = Waiting.get(client.requestJobResult(job), limit, "end of job " + job);
    if (result.getSerializedThrowable().isPresent()) {
      throw JobFailure.of(job, result.getSerializedThrowable().get());
    }
    return result.getApplicationStatus().deriveJobStatus();
  }

  /** Waits until every task of the job runs; a job that finished is taken as well. */
  public void awaitRunning(JobID job, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isRunning(job)) {
      if (System.nanoTime() > end) {
        throw new StackException(
            "job " + job + " is not running after " + limit.toSeconds() + " s");
      }
      Waiting.pause(POLL);
    }
  }

  /** Whether every task of the job runs or has finished; fails with its cause if the job failed. */
  public boolean isRunning(JobID job) {
    AccessExecutionGraph graph = graph(job);
    if (graph.getState() == JobStatus.FAILED) {
      awaitEnd(job, CALL_LIMIT);
    }
    if (graph.getState().isGloballyTerminalState()) {
      return true;
    }
    for (var vertex : graph.getAllExecutionVertices()) {
      ExecutionState state = vertex.getExecutionState();
      if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
        return false;
      }
    }
    return graph.getState() == JobStatus.RUNNING;
  }

  /** Whether the job has finished or was cancelled; fails with its cause if the job failed. */
  public boolean hasEnded(JobID job) {
    JobStatus status = Waiting.get(client.getJobStatus(job), CALL_LIMIT, "status of " + job);
    if (status == JobStatus.FAILED) {
      awaitEnd(job, CALL_LIMIT);
    }
    return status.isGloballyTerminalState();
  }

  /** Takes a checkpoint now and returns its number. */
  public long checkpoint(JobID job, Duration limit) {
    return Waiting.get(
        client.triggerCheckpoint(job, CheckpointType.CONFIGURED),
        limit,
        "checkpoint of job " + job);
  }

  /**
   * What a checkpoint cost the operator that took longest to take it, and in all.
   *
   * @param syncMillis while the operator did nothing else
   * @param asyncMillis beside its work
   * @param bytes of the whole checkpoint
   */
  public record CheckpointCost(long syncMillis, long asyncMillis, long bytes) {}

  /** What the last completed checkpoint cost an operator with this name. */
  public CheckpointCost lastCheckpoint(JobID job, String operator) {
    AccessExecutionGraph graph = graph(job);
    CompletedCheckpointStats last =
        graph.getCheckpointStatsSnapshot().getHistory().getLatestCompletedCheckpoint();
    SubtaskStateStats subtask =
        last.getTaskStateStats(vertex(graph, operator).getJobVertexId())
            .getLatestAcknowledgedSubtaskStats();
    return new CheckpointCost(
        subtask.getSyncCheckpointDuration(),
        subtask.getAsyncCheckpointDuration(),
        last.getStateSize());
  }

  /**
   * Checkpoints of a job since it was submitted.
   *
   * @param completed that are whole
   * @param failed that expired, were declined or lost on the way
   * @param restored how often the job went on from one
   */
  public record CheckpointCounts(long completed, long failed, long restored) {}

  /** How a job's checkpoints went so far. */
  public CheckpointCounts checkpointCounts(JobID job) {
    CheckpointStatsCounts counts = graph(job).getCheckpointStatsSnapshot().getCounts();
    return new CheckpointCounts(
        counts.getNumberOfCompletedCheckpoints(),
        counts.getNumberOfFailedCheckpoints(),
        counts.getNumberOfRestoredCheckpoints());
  }

  /** Milliseconds from an operator's first sight of its state until it could take records. */
  public long initialization(JobID job, String operator) {
    AccessExecutionGraph graph = graph(job);
    AccessExecution attempt =
        vertex(graph, operator).getTaskVertices()[0].getCurrentExecutionAttempt();
    return attempt.getStateTimestamp(ExecutionState.RUNNING)
        - attempt.getStateTimestamp(ExecutionState.INITIALIZING);
  }

  /** How often the job was restarted since it was submitted; empty before it has tasks. */
  public OptionalInt restarts(JobID job) {
    OptionalInt most = OptionalInt.empty();
    for (var vertex : graph(job).getAllExecutionVertices()) {
      int attempt = vertex.getCurrentExecutionAttempt().getAttemptNumber();
      most = OptionalInt.of(Math.max(most.orElse(0), attempt));
    }
    return most;
  }

  /** What the job's last restart came of; empty before the first. */
  public Optional<Throwable> lastFailure(JobID job) {
    return Optional.ofNullable(graph(job).getFailureInfo())
        .map(
            info ->
                info.getException()
                    .deserializeError(Thread.currentThread().getContextClassLoader()));
  }

  private AccessExecutionGraph graph(JobID job) {
    return Waiting.get(cluster.getExecutionGraph(job), CALL_LIMIT, "status of " + job);
  }

  private static AccessExecutionJobVertex vertex(AccessExecutionGraph graph, String operator) {
    for (AccessExecutionJobVertex vertex : graph.getVerticesTopologically()) {
      if (vertex.getName().startsWith(operator)) {
        return vertex;
      }
    }
    throw new StackException("the job has no operator " + operator);
  }

  /**
   * Lets the job finish what it has read, commits it, and ends the job.
   *
   * @return the savepoint's directory
   */
  public String stopWithDrain(JobID job, Path savepoints, Duration limit) {
    String target = savepoints.toAbsolutePath().toUri().toString();
    return Waiting.get(
        client.stopWithSavepoint(job, true, target, SavepointFormatType.CANONICAL),
        limit,
        "draining of job " + job);
  }

  /**
   * Ends the job at a savepoint, with what it has read but not finished kept in it.
   *
   * @param savepoints the directory that the savepoint gets one of its own in
   * @return the savepoint's directory
   */
  public String stop(JobID job, String savepoints, Duration limit) {
    return Waiting.get(
        client.stopWithSavepoint(job, false, savepoints, SavepointFormatType.CANONICAL),
        limit,
        "savepoint of job " + job);
  }

  /** Cancels the job and waits until it has ended. */
  public void cancel(JobID job, Duration limit) {
    Waiting.get(client.cancel(job), limit, "cancellation of job " + job);
    Waiting.get(client.requestJobResult(job), limit, "end of job " + job);
  }

  /** Ends the TaskManager with this number (from 0, in the order they were started). */
  public void terminateTaskManager(int index) {
    Waiting.get(cluster.terminateTaskManager(index), CALL_LIMIT, "end of TaskManager " + index);
  }

  /** Adds a TaskManager. */
  public void startTaskManager() {
    try {
      cluster.startTaskManager();
    } catch (Exception e) {
      throw new StackException("no TaskManager could be started: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
    Waiting.get(cluster.closeAsync(), CALL_LIMIT, "end of the Flink cluster");
  }
}
