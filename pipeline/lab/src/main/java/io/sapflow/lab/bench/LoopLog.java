package io.sapflow.lab.bench;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.Hold;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has happened in the loop of one adapter, and when; times are epoch milliseconds. */
final class LoopLog {

  private final List<Timed<TrainingStep>> steps = new ArrayList<>();

  /** When a version got a status first; steps never go back, so no two versions have one name. */
  private final Map<VersionStatus, Map<String, Long>> statuses = new EnumMap<>(VersionStatus.class);

  private final Map<String, AdapterVersion> candidates = new HashMap<>();
  private final Map<String, Long> sent = new HashMap<>();
  private final Map<String, Long> pointed = new HashMap<>();
  private final List<Long> held = new ArrayList<>();

  /** When the gate's word of a harmful version was written, which is at once. */
  private final Map<String, Long> holds = new HashMap<>();

  /** An example was sent whose way counts. */
  void sent(String exampleId, long millis) {
    sent.put(exampleId, millis);
  }

  void step(Timed<TrainingStep> step) {
    steps.add(step);
  }

  void version(Timed<AdapterVersion> version) {
    AdapterVersion record = version.record();
    statuses
        .computeIfAbsent(record.getStatus(), status -> new HashMap<>())
        .putIfAbsent(record.getVersion(), version.millis());
    if (record.getStatus() == VersionStatus.CANDIDATE) {
      candidates.put(record.getVersion(), record);
    }
  }

  void hold(Timed<Hold> hold) {
    holds.putIfAbsent(hold.record().getVersion(), hold.millis());
  }

  /** The pointer names a version. */
  void pointed(String version, long millis) {
    pointed.putIfAbsent(version, millis);
  }

  /** Training is held. */
  void held(long millis) {
    held.add(millis);
  }

  /** How many examples steps have trained, also those that were undone. */
  int trained() {
    return steps.stream().mapToInt(step -> step.record().getExamples()).sum();
  }

  /** How many versions have been promoted. */
  int promotions() {
    return of(VersionStatus.PROMOTED).size();
  }

  /** How many versions nothing has become of yet. */
  int unjudged() {
    Set<String> judged = new HashSet<>();
    statuses.forEach(
        (status, versions) -> {
          if (status != VersionStatus.CANDIDATE) {
            judged.addAll(versions.keySet());
          }
        });
    return (int) candidates.keySet().stream().filter(version -> !judged.contains(version)).count();
  }

  private Map<String, Long> of(VersionStatus status) {
    return statuses.getOrDefault(status, Map.of());
  }

  /**
   * A harmful version's way.
   *
   * @param announced when it was
   * @param verdict when that was given
   * @param rolledBack when the rollback was reported
   * @param step of that report
   */
  record Incident(long announced, long verdict, long rolledBack, long step) {}

  /** One for each rollback that the gate has ordered. */
  List<Incident> incidents() {
    List<Incident> incidents = new ArrayList<>();
    for (Timed<TrainingStep> step : steps) {
      for (AppliedCommand command : step.record().getAppliedCommands()) {
        String version = harmful(command);
        if (version != null) {
          incidents.add(
              new Incident(
                  of(VersionStatus.CANDIDATE).get(version),
                  Math.min(
                      of(VersionStatus.REJECTED).get(version),
                      holds.getOrDefault(version, Long.MAX_VALUE)),
                  step.millis(),
                  step.record().getStep()));
        }
      }
    }
    return incidents;
  }

  /** The version that a rollback was ordered for, as its id says; null for other commands. */
  private String harmful(AppliedCommand command) {
    String[] words = command.getId().split("/");
    return command.getKind() == CommandKind.ROLLBACK
            && command.getOutcome() == CommandOutcome.APPLIED
            && words.length == 4
            && of(VersionStatus.REJECTED).containsKey(words[2])
        ? words[2]
        : null;
  }

  /** Examples that were trained between an incident's verdict and its rollback. */
  int trainedAfterVerdict(Incident incident) {
    return steps.stream()
        .filter(step -> step.record().getOutcome() == StepStatus.TRAINED)
        .filter(step -> step.millis() > incident.verdict())
        .filter(step -> step.record().getStep() < incident.step())
        .mapToInt(step -> step.record().getExamples())
        .sum();
  }

  /** Milliseconds of all that has gone a stage's way. */
  List<Double> millis(LoopStage stage) {
    List<Double> millis = new ArrayList<>();
    switch (stage) {
      case SENT_TRAINED -> steps.forEach(step -> sentTrained(step, millis));
      case TRAINED_VERSION -> steps.forEach(step -> trainedVersion(step, millis));
      case VERSION_VERDICT -> {
        between(of(VersionStatus.CANDIDATE), of(VersionStatus.PROMOTED), millis);
        between(of(VersionStatus.CANDIDATE), of(VersionStatus.REJECTED), millis);
      }
      case VERDICT_POINTER -> between(of(VersionStatus.PROMOTED), pointed, millis);
      case POISON_HOLD ->
          incidents()
              .forEach(
                  incident ->
                      held.stream()
                          .filter(at -> at >= incident.announced() && at <= incident.rolledBack())
                          .findFirst()
                          .ifPresent(at -> millis.add((double) (at - incident.announced()))));
      case POISON_ROLLBACK ->
          incidents()
              .forEach(
                  incident -> millis.add((double) (incident.rolledBack() - incident.announced())));
    }
    return millis;
  }

  private void sentTrained(Timed<TrainingStep> step, List<Double> millis) {
    for (String id : step.record().getExampleIds()) {
      if (sent.containsKey(id)) {
        millis.add((double) (step.millis() - sent.get(id)));
      }
    }
  }

  private void trainedVersion(Timed<TrainingStep> step, List<Double> millis) {
    for (AdapterVersion version : candidates.values()) {
      if (version.getStep() == step.record().getStep()
          && step.record().getOutcome() == StepStatus.TRAINED) {
        millis.add(
            (double) (of(VersionStatus.CANDIDATE).get(version.getVersion()) - step.millis()));
      }
    }
  }

  private static void between(
      Map<String, Long> begins, Map<String, Long> ends, List<Double> millis) {
    ends.forEach(
        (version, end) -> {
          if (begins.containsKey(version)) {
            millis.add((double) (end - begins.get(version)));
          }
        });
  }
}
