package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.JobExceptionsHeaders;
import org.apache.flink.runtime.rest.messages.JobMessageParameters;
import org.apache.flink.runtime.rest.messages.JobVertexDetailsHeaders;
import org.apache.flink.runtime.rest.messages.JobVertexDetailsInfo;
import org.apache.flink.runtime.rest.messages.JobVertexMessageParameters;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatisticsHeaders;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.flink.runtime.rest.messages.job.JobExceptionsMessageParameters;
import org.apache.flink.runtime.rest.messages.job.SubtaskExecutionAttemptDetailsInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerDetailsHeaders;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerDetailsInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerInfo;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagerMessageParameters;
import org.apache.flink.runtime.rest.messages.taskmanager.TaskManagersHeaders;

/** A job on a cluster of other processes, which may not answer for a while. */
public final class RemoteJob {
  private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(100);

  private final RestClusterClient<?> client;
  private final JobID id;

  RemoteJob(RestClusterClient<?> client, JobID id) {
    this.client = client;
    this.id = id;
  }

  /** Flink's id of it. */
  public JobID id() {
    return id;
  }

  /** Waits until every task runs. */
  public void awaitRunning(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!isRunning()) {
      check();
      if (System.nanoTime() > end) {
        throw new StackException("job " + id + " is not running after " + limit.toSeconds() + " s");
      }
      Waiting.pause(POLL);
    }
  }

  /** Whether every task of it runs; false, too, where nobody answers. */
  public boolean isRunning() {
    return details().filter(RemoteJob::runs).isPresent();
  }

  /** Whether somebody answers that not every task of it runs. */
  public boolean isKnownNotToRun() {
    return details().filter(job -> !runs(job)).isPresent();
  }

  private static boolean runs(JobDetailsInfo job) {
    return job.getJobStatus() == JobStatus.RUNNING
        && !job.getJobVertexInfos().isEmpty()
        && job.getJobVertexInfos().stream()
            .allMatch(
                vertex ->
                    vertex.getTasksPerState().get(ExecutionState.RUNNING)
                        == vertex.getParallelism());
  }

  /**
   * Silent unless the job has ended, also where nobody answers.
   *
   * @throws StackException saying in one line why it failed, or that it was ended
   */
  public void check() {
    Optional<JobStatus> status = details().map(JobDetailsInfo::getJobStatus);
    status.ifPresent(each -> requireNotEnded(id, each));
    if (status.filter(each -> each == JobStatus.FAILED).isEmpty()) {
      return;
    }
    get(client.requestJobResult(id), CALL_LIMIT, "result")
        .getSerializedThrowable()
        .ifPresent(
            cause -> {
              throw JobFailure.of(id, cause);
            });
    throw new StackException("job " + id + " failed");
  }

  /** Silent unless a job has ended in another way than by a failure. */
  static void requireNotEnded(JobID job, JobStatus status) {
    if (status.isGloballyTerminalState() && status != JobStatus.FAILED) {
      throw new StackException("job " + job + " was ended by somebody else: it is " + status);
    }
  }

  private Optional<JobDetailsInfo> details() {
    return ask(client.getJobDetails(id));
  }

  /** How many checkpoints it has taken so far; empty where nobody answers. */
  public Optional<CheckpointCounts> checkpointCounts() {
    return checkpoints()
        .map(CheckpointingStatistics::getCounts)
        .map(
            counts ->
                new CheckpointCounts(
                    counts.getNumberInProgressCheckpoints(),
                    counts.getNumberCompletedCheckpoints()));
  }

  /** Its checkpoints so far; empty where nobody answers. */
  private Optional<CheckpointingStatistics> checkpoints() {
    JobMessageParameters parameters = new JobMessageParameters();
    parameters.jobPathParameter.resolve(id);
    return ask(
        client.sendRequest(
            CheckpointingStatisticsHeaders.getInstance(),
            parameters,
            EmptyRequestBody.getInstance()));
  }

  /** Ids of the TaskManagers that run an operator, by subtask; empty where nobody answers. */
  public List<String> taskManagersOf(String operator) {
    return details().stream()
        .flatMap(job -> job.getJobVertexInfos().stream())
        .filter(vertex -> vertex.getName().startsWith(operator))
        .flatMap(vertex -> vertexDetails(vertex).stream())
        .flatMap(vertex -> vertex.getSubtasks().stream())
        .map(SubtaskExecutionAttemptDetailsInfo::getTaskmanagerId)
        .toList();
  }

  private Optional<JobVertexDetailsInfo> vertexDetails(JobDetailsInfo.JobVertexDetailsInfo vertex) {
    JobVertexMessageParameters parameters = new JobVertexMessageParameters();
    parameters.jobPathParameter.resolve(id);
    parameters.jobVertexIdPathParameter.resolve(vertex.getJobVertexID());
    return ask(
        client.sendRequest(
            JobVertexDetailsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()));
  }

  /** How often it was restarted since it was submitted; empty where nobody answers. */
  public OptionalInt restarts() {
    return details().stream()
        .flatMap(job -> job.getJobVertexInfos().stream())
        .flatMap(vertex -> vertexDetails(vertex).stream())
        .flatMap(vertex -> vertex.getSubtasks().stream())
        .mapToInt(SubtaskExecutionAttemptDetailsInfo::getAttempt)
        .max();
  }

  /** What it was restarted for last; empty where that is not known. */
  public Optional<Throwable> lastFailure() {
    JobExceptionsMessageParameters parameters = new JobExceptionsMessageParameters();
    parameters.jobPathParameter.resolve(id);
    return ask(client.sendRequest(
            JobExceptionsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()))
        .map(answer -> answer.getExceptionHistory().getEntries())
        .filter(entries -> !entries.isEmpty())
        .map(entries -> ReportedFailure.of(entries.get(0).getStacktrace()));
  }

  /** How many of its tasks run, and of how many, as {@code 3 of 12}; empty where nobody answers. */
  public Optional<String> tasks() {
    return details()
        .map(
            job -> {
              int run = 0;
              int all = 0;
              for (JobDetailsInfo.JobVertexDetailsInfo vertex : job.getJobVertexInfos()) {
                run += vertex.getTasksPerState().get(ExecutionState.RUNNING);
                all += vertex.getParallelism();
              }
              return run + " of " + all;
            });
  }

  /** The cluster's slots as this job sees them; empty where not everybody answers. */
  public Optional<TaskSlots> slots() {
    return ask(client.sendRequest(
            TaskManagersHeaders.getInstance(),
            EmptyMessageParameters.getInstance(),
            EmptyRequestBody.getInstance()))
        .map(all -> all.getTaskManagerInfos().stream().map(this::taskManager).toList())
        // One that does not say how many it has may have enough.
        .filter(answers -> answers.stream().allMatch(Optional::isPresent))
        .map(answers -> answers.stream().map(Optional::get).toList())
        .map(taskManagers -> TaskSlots.of(taskManagers, id));
  }

  private Optional<TaskManagerDetailsInfo> taskManager(TaskManagerInfo taskManager) {
    TaskManagerMessageParameters parameters = new TaskManagerMessageParameters();
    parameters.taskManagerIdParameter.resolve(taskManager.getResourceId());
    return ask(
        client.sendRequest(
            TaskManagerDetailsHeaders.getInstance(), parameters, EmptyRequestBody.getInstance()));
  }

  /** Takes a checkpoint now and waits until it is complete. */
  public void checkpoint(Duration limit) {
    get(client.triggerCheckpoint(id, CheckpointType.CONFIGURED), limit, "checkpoint");
  }

  /** Cancels the job and waits until it has ended. */
  public void cancel(Duration limit) {
    get(client.cancel(id), limit, "cancellation");
    long end = System.nanoTime() + limit.toNanos();
    // A job that has ended may not be found any more.
    while (ask(client.getJobStatus(id))
        .filter(status -> !status.isGloballyTerminalState())
        .isPresent()) {
      if (System.nanoTime() > end) {
        throw new StackException("job " + id + " has not ended within " + limit.toSeconds() + " s");
      }
      Waiting.pause(POLL);
    }
  }

  /** Lets the job finish what it has read, commits it, ends the job, and waits for that. */
  public void stopWithDrain(Path savepoints, Duration limit) {
    String target = savepoints.toAbsolutePath().toUri().toString();
    get(
        client.stopWithSavepoint(id, true, target, SavepointFormatType.CANONICAL),
        limit,
        "draining");
    get(client.requestJobResult(id), limit, "end");
  }

  /** An answer; empty where none comes. */
  static <T> Optional<T> ask(CompletableFuture<? extends T> answer) {
    try {
      return Optional.of(answer.get(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while asking for a job", e);
    }
  }

  private static <T> T get(CompletableFuture<? extends T> future, Duration limit, String what) {
    return Waiting.get(future, limit, what + " of the job");
  }
}
