package io.sapflow.job.resume;

import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.fs.Path;

/**
 * Where a job begins, and where its checkpoints go. A fresh start over existing state loses the
 * model, so it must be asked for.
 */
public final class Start {

  /**
   * Set by a fresh start over an earlier one: orders that this one was given and had not read when
   * it ended are not the new one's.
   */
  public static final ConfigOption<Boolean> LATER_ORDERS_ONLY =
      ConfigOptions.key("sapflow.start.later-orders-only").booleanType().defaultValue(false);

  /** What this start and all that go on from its checkpoints have in common, and no other has. */
  public static final ConfigOption<String> LINE =
      ConfigOptions.key("sapflow.start.line").stringType().noDefaultValue();

  private final StateDirectory states;
  private final Path directory;
  private final String line;
  private final TopicNames topics;
  private final String once; // null for nothing
  private final Snapshot from;
  private final boolean laterOrdersOnly;
  private final String words;

  private Start(
      StartRequest request,
      StateDirectory states,
      Path directory,
      Snapshot from,
      boolean laterOrdersOnly,
      String words) {
    this.topics = request.topics();
    this.once = request.begins() ? request.once() : null;
    this.states = states;
    this.directory = directory;
    this.line = states.line(directory).orElseGet(() -> UUID.randomUUID().toString());
    this.from = from;
    this.laterOrdersOnly = laterOrdersOnly;
    this.words = words;
  }

  /**
   * Looks where a job begins; nothing is changed yet.
   *
   * @param warnings is told if output of the last run may be missing
   * @throws IllegalArgumentException if the job has run before and its state is not here
   */
  public static Start find(StartRequest request, Consumer<String> warnings) {
    return find(request, warnings, EarlierRuns::find);
  }

  /** The same, with somebody who knows of earlier runs. */
  static Start find(
      StartRequest request,
      Consumer<String> warnings,
      Function<StartRequest, Optional<String>> brokers) {
    StateDirectory states = new StateDirectory(new Path(request.root()), request.job());
    Optional<Path> done = done(request, states);
    if (request.savepoint() != null && done.isEmpty()) {
      return atSavepoint(request, states);
    }
    Optional<Snapshot> latest = states.latest();
    if (request.fresh() && done.isEmpty()) {
      return fresh(request, states, latest, brokers);
    }
    if (latest.isPresent()) {
      return goOn(request, states, latest.get(), done, warnings);
    }
    refuseLostState(request, states, brokers);
    return new Start(
        request,
        states,
        states
            .current()
            .filter(
                current -> states.topics(current).flatMap(known -> other(request, known)).isEmpty())
            .orElseGet(states::next),
        null,
        false,
        startsFresh(request.job(), states));
  }

  /**
   * The start that has begun as is asked for, if there is something to go on from: a beginning that
   * came to nothing is made again.
   */
  private static Optional<Path> done(StartRequest request, StateDirectory states) {
    return begun(request, states)
        // A word is given once. A savepoint that other starts came after may be gone back to.
        .filter(start -> !request.isKnownBySavepoint() || isCurrent(states, start))
        .filter(start -> states.latest().isPresent());
  }

  private static Optional<Path> begun(StartRequest request, StateDirectory states) {
    return request.begins() && request.once() != null
        ? states.begun(request.once())
        : Optional.empty();
  }

  private static boolean isCurrent(StateDirectory states, Path start) {
    return states.current().filter(start::equals).isPresent();
  }

  /** Where a beginning's directory is: that of the last start, where that was the same one. */
  private static Path beginning(StartRequest request, StateDirectory states) {
    return begun(request, states)
        .filter(start -> isCurrent(states, start))
        .filter(start -> states.topics(start).flatMap(known -> other(request, known)).isEmpty())
        .orElseGet(states::next);
  }

  private static Start atSavepoint(StartRequest request, StateDirectory states) {
    // A line of its own: in that of the newest, its numbers would be lower than those there.
    Path savepoint = new Path(request.savepoint());
    StateDirectory.topicsOf(savepoint)
        .ifPresent(
            known ->
                requireTopics(request, known, StateDirectory.startOf(savepoint).orElse(savepoint)));
    return new Start(
        request,
        states,
        beginning(request, states),
        null,
        false,
        goesOn(request.job(), request.savepoint()));
  }

  private static Start goOn(
      StartRequest request,
      StateDirectory states,
      Snapshot latest,
      Optional<Path> done,
      Consumer<String> warnings) {
    Path current = states.current().orElseThrow();
    states.topics(current).ifPresent(known -> requireTopics(request, known, current));
    warnAboutOutput(request, latest, warnings);
    return new Start(
        request,
        states,
        current,
        latest,
        false,
        goesOn(request.job(), latest.describe())
            + done.map(start -> doneBefore(request, start)).orElse(""));
  }

  private static String doneBefore(StartRequest request, Path start) {
    String done =
        (request.fresh()
                ? " begun anew before, in "
                : " begun at " + request.savepoint() + " before, in ")
            + start.getName();
    return request.isKnownBySavepoint()
        ? "; it has" + done + ", and begins there again with a sapflow.start.once"
        : "; sapflow.start.once=" + request.once() + " has" + done + ", another word begins again";
  }

  private static Start fresh(
      StartRequest request,
      StateDirectory states,
      Optional<Snapshot> latest,
      Function<StartRequest, Optional<String>> brokers) {
    String job = request.job();
    Path directory = beginning(request, states);
    boolean ranBefore = !StateDirectory.isFirst(directory) || brokers.apply(request).isPresent();
    return new Start(
        request,
        states,
        directory,
        null,
        ranBefore,
        latest.map(behind -> leaves(job, behind)).orElseGet(() -> startsFresh(job, states)));
  }

  /** A savepoint is the end of a run that has committed everything. */
  private static void warnAboutOutput(
      StartRequest request, Snapshot latest, Consumer<String> warnings) {
    long age = System.currentTimeMillis() - latest.time();
    if (!latest.savepoint() && age > request.transactionTimeout().toMillis()) {
      warnings.accept(
          "job "
              + request.job()
              + ": checkpoint "
              + latest.id()
              + " is older than sapflow.kafka.transaction-timeout: if the brokers ran on meanwhile,"
              + " output of its last interval may be missing on the topics; adapters are right");
    }
  }

  /** State knows topics by their names: with others it would go on with those it knows. */
  private static void requireTopics(StartRequest request, Map<Topic, String> known, Path start) {
    other(request, known)
        .ifPresent(
            topic -> {
              throw new IllegalArgumentException(
                  "sapflow.topics."
                      + topic.word()
                      + ": found "
                      + request.topics().of(topic)
                      + ", expected "
                      + known.get(topic)
                      + ", as what "
                      + start
                      + " holds goes on with; a job of its own has another sapflow.job.name, and"
                      + " --fresh begins anew on other topics");
            });
  }

  /** The first topic that is called otherwise than it was. */
  private static Optional<Topic> other(StartRequest request, Map<Topic, String> known) {
    return Stream.of(Topic.values())
        .filter(known::containsKey)
        .filter(topic -> !request.topics().is(topic, known.get(topic)))
        .findFirst();
  }

  private static void refuseLostState(
      StartRequest request,
      StateDirectory states,
      Function<StartRequest, Optional<String>> brokers) {
    Optional<String> ran = brokers.apply(request);
    if (ran.isPresent()) {
      throw new IllegalArgumentException(
          "sapflow.checkpoints: found no checkpoint in "
              + states.current().orElse(states.path())
              + ", expected one, because job "
              + request.job()
              + " has run before: the brokers know "
              + ran.get()
              + "; --fresh begins anew and leaves its adapters behind, and must be said again if a"
              + " fresh start ended before its first checkpoint");
    }
    request
        .former()
        .flatMap(former -> brokers.apply(former).map(known -> lost(request, former, known)))
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }

  private static IllegalArgumentException lost(
      StartRequest request, StartRequest former, String known) {
    return new IllegalArgumentException(
        StateRecoveryOptions.SAVEPOINT_PATH.key()
            + ": found none, expected a savepoint of job "
            + former.job()
            + ", which job "
            + request.job()
            + " was before: the brokers know "
            + known
            + "; --fresh begins anew and leaves its adapters behind");
  }

  private static String startsFresh(String job, StateDirectory states) {
    return "job " + job + " starts fresh: no checkpoint in " + states.path();
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

  /** One line that says how the job is stopped on a cluster, so that the next start goes on. */
  public String stopWords(String id) {
    return "bin/flink stop --savepointPath " + savepoints() + " " + id + " stops it";
  }

  /** Where savepoints of this job go, as a URI. */
  public String savepoints() {
    return StateDirectory.savepoints(directory).toString();
  }

  /** The latest checkpoint or savepoint as it is now; empty if there is none. */
  public Optional<String> latest() {
    return states.latest().map(Snapshot::describe);
  }

  /** Completes a configuration with where the job begins; nothing is changed yet. */
  public Configuration complete(Configuration configuration) {
    Configuration complete = new Configuration(configuration);
    complete.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toString());
    complete.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints());
    complete.set(LATER_ORDERS_ONLY, laterOrdersOnly);
    complete.set(LINE, line);
    if (from != null) {
      complete.set(StateRecoveryOptions.SAVEPOINT_PATH, from.directory().toString());
      complete.set(
          StateRecoveryOptions.RESTORE_MODE,
          from.savepoint() ? RecoveryClaimMode.NO_CLAIM : RecoveryClaimMode.CLAIM);
    }
    return complete;
  }

  /** A start that is new counts from here on: the last thing before the job is handed over. */
  public void begin() {
    if (states.current().filter(directory::equals).isEmpty()) {
      states.begin(directory, line, topics, once);
    }
  }
}
