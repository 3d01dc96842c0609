package io.sapflow.pipeline.resume;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.fs.Path;

/**
 * Where a job begins, and where its checkpoints go. A fresh start over existing state loses the
 * model, so it must be asked for.
 */
public final class Start {

  private final StateDirectory states;
  private final Path directory;
  private final Snapshot from;
  private final String words;

  private Start(StateDirectory states, Path directory, Snapshot from, String words) {
    this.states = states;
    this.directory = directory;
    this.from = from;
    this.words = words;
  }

  /**
   * Looks where a job begins; nothing is changed yet.
   *
   * @param warnings is told of a snapshot that cannot be read
   * @throws IllegalArgumentException if the job has run before and its state is not here
   */
  public static Start find(StartRequest request, Consumer<String> warnings) {
    String job = request.job();
    StateDirectory states = new StateDirectory(new Path(request.root()), job, warnings);
    Optional<Path> current = states.current();
    Path directory = current.orElseGet(states::next);
    if (request.savepoint() != null) {
      return new Start(states, directory, null, goesOn(job, request.savepoint()));
    }
    Optional<Snapshot> latest = states.latest();
    if (latest.isPresent()) {
      return request.fresh()
          ? new Start(states, states.next(), null, leaves(job, latest.get()))
          : new Start(states, directory, latest.get(), goesOn(job, latest.get().describe()));
    }
    if (current.isEmpty() && !request.fresh()) {
      refuseLostState(request, states);
    }
    return new Start(
        states, directory, null, "job " + job + " starts fresh: no checkpoint in " + states.path());
  }

  private static void refuseLostState(StartRequest request, StateDirectory states) {
    if (EarlierRuns.any(request)) {
      throw new IllegalArgumentException(
          "sapflow.checkpoints: found no checkpoint in "
              + states.path()
              + ", expected one, because job "
              + request.job()
              + " has run before: the brokers know what it has committed; --fresh begins anew"
              + " and leaves its adapters behind");
    }
  }

  private static String leaves(String job, Snapshot behind) {
    return "job "
        + job
        + " starts fresh; it leaves behind, and no start goes on from, "
        + behind.describe();
  }

  private static String goesOn(String job, String from) {
    return "job " + job + " goes on from " + from;
  }

  /** One line that says where the job begins. */
  public String words() {
    return words;
  }

  /** Where savepoints of this job go, as a URI. */
  public String savepoints() {
    return StateDirectory.savepoints(directory).toString();
  }

  /** The latest checkpoint or savepoint as it is now; empty if there is none. */
  public Optional<String> latest() {
    return states.latest().map(Snapshot::describe);
  }

  /** Makes it so: a start that is new counts from here on. Returns the completed configuration. */
  public Configuration begin(Configuration configuration) {
    if (states.current().filter(directory::equals).isEmpty()) {
      states.begin(directory);
    }
    Configuration complete = new Configuration(configuration);
    complete.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toString());
    complete.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints());
    if (from != null) {
      complete.set(StateRecoveryOptions.SAVEPOINT_PATH, from.directory().toString());
      complete.set(
          StateRecoveryOptions.RESTORE_MODE,
          from.savepoint() ? RecoveryClaimMode.NO_CLAIM : RecoveryClaimMode.CLAIM);
    }
    return complete;
  }
}
