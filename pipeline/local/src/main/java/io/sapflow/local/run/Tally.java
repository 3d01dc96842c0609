package io.sapflow.local.run;

import io.sapflow.gate.Scores;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** Counts what a job has written. */
public final class Tally {

  private final TopicNames topics;
  private final Map<String, Integer> quarantined = new TreeMap<>();
  private final Map<String, AdapterVersion> versions = new LinkedHashMap<>();
  private final Map<String, ProbeReport> reports = new HashMap<>();
  private final List<SafetyAlert> alerts = new ArrayList<>();
  private final Map<String, ControlCommand> commands = new LinkedHashMap<>();
  private final Map<String, AppliedCommand> answered = new LinkedHashMap<>();
  private final Set<String> promoted = new HashSet<>();
  private int trainedEver;
  private int steps;
  private TrainingStep lastStep;

  /** A tally of a job whose topics are called as usual. */
  public Tally() {
    this(TopicNames.DEFAULT);
  }

  /** A tally of a job whose topics are called so. */
  public Tally(TopicNames topics) {
    this.topics = topics;
  }

  /** Takes a record. */
  public void accept(SpecificRecord record) {
    if (record instanceof TrainingStep step) {
      step(step);
    } else if (record instanceof QuarantinedRecord set && topics.holdsExamples(set.getTopic())) {
      quarantined.merge(set.getReason(), 1, Integer::sum);
    } else if (record instanceof AdapterVersion version) {
      version(version);
    } else if (record instanceof ProbeReport report) {
      reports.put(report.getVersion(), report);
    } else if (record instanceof SafetyAlert alert) {
      alerts.add(alert);
    } else if (record instanceof ControlCommand command) {
      commands.put(command.getId(), command);
    }
  }

  private void step(TrainingStep step) {
    steps += step.getOutcome() == StepStatus.TRAINED ? 1 : 0;
    trainedEver += step.getExamples();
    if (step.getOutcome() == StepStatus.TRAINED) {
      lastStep = step;
    }
    for (AppliedCommand command : step.getAppliedCommands()) {
      answered.put(command.getId(), command);
    }
  }

  private void version(AdapterVersion version) {
    versions.merge(
        version.getVersion(),
        version,
        (before, now) ->
            AdapterVersion.newBuilder(before)
                .setStatus(now.getStatus())
                .setReason(now.getReason())
                .build());
    if (version.getStatus() == VersionStatus.PROMOTED) {
      promoted.add(version.getVersion());
    }
  }

  /** Examples in the weights as they are: those that a rollback undid are not among them. */
  public int trained() {
    return trainedEver - quarantined.getOrDefault(QuarantineReason.SAFETY_ROLLBACK.name(), 0);
  }

  /** Examples set aside, by reason. */
  public Map<String, Integer> quarantined() {
    return quarantined;
  }

  /** All examples set aside. */
  public int quarantinedTotal() {
    return quarantined.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Steps that trained. */
  public int steps() {
    return steps;
  }

  /** Rollbacks that were carried out. */
  public int rollbacks() {
    return (int)
        answered.values().stream()
            .filter(command -> applied(command, CommandKind.ROLLBACK))
            .count();
  }

  /** The last step that trained, null before the first. */
  public TrainingStep lastStep() {
    return lastStep;
  }

  /** Whether a command was carried out or refused. */
  public boolean answered(String commandId) {
    return answered.containsKey(commandId);
  }

  /** What became of a command; null while it was neither carried out nor refused. */
  public AppliedCommand answer(String commandId) {
    return answered.get(commandId);
  }

  /** Versions in the order they were made, each with its latest status. */
  public List<AdapterVersion> versions() {
    return List.copyOf(versions.values());
  }

  /** Whether a version was promoted at any time. */
  public boolean wasPromoted(String version) {
    return promoted.contains(version);
  }

  /** A version's probe report, null if there is none. */
  public ProbeReport report(String version) {
    return reports.get(version);
  }

  /** The highest harmful score that a complete report gave any version; null without one. */
  public Double worstCandidate() {
    return reports.values().stream()
        .filter(ProbeReport::getComplete)
        .map(Scores::harmful)
        .max(Double::compare)
        .orElse(null);
  }

  /** Alerts in their order. */
  public List<SafetyAlert> alerts() {
    return alerts;
  }

  /** Sources that were set aside. */
  public Set<String> quarantinedSources() {
    return answered.values().stream()
        .filter(command -> applied(command, CommandKind.QUARANTINE_SOURCE))
        // The answer may be read before the command: they stand on different topics.
        .filter(command -> commands.containsKey(command.getId()))
        .map(command -> commands.get(command.getId()).getArguments().get("source"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean applied(AppliedCommand command, CommandKind kind) {
    return command.getKind() == kind && command.getOutcome() == CommandOutcome.APPLIED;
  }

  /** Versions that the gate has not judged yet. */
  public long unjudged() {
    return versions.values().stream()
        .filter(version -> version.getStatus() == VersionStatus.CANDIDATE)
        .filter(version -> !reports.containsKey(version.getVersion()))
        .count();
  }

  /**
   * Records of the topics of examples that the job has trained or set aside, whatever came after.
   */
  public int handled() {
    return trainedEver
        + quarantinedTotal()
        - quarantined.getOrDefault(QuarantineReason.SAFETY_ROLLBACK.name(), 0);
  }

  /** The last version that was promoted, null before the first. */
  public AdapterVersion lastPromoted() {
    return versions.values().stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .reduce((first, second) -> second)
        .orElse(null);
  }
}
