package io.sapflow.pipeline.chaos;

import io.sapflow.gate.Scores;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether one run told its readers everything once.
 *
 * @param examplesLost that were neither trained nor set aside
 * @param examplesTwice that were trained or set aside more than once
 * @param outputsTwiceOrMissing in words: reports, versions and alerts that came twice, or not in
 *     their turn
 * @param promotedWithoutGreen in words: versions that were promoted without a green report
 */
record Findings(
    int examplesLost,
    int examplesTwice,
    List<String> outputsTwiceOrMissing,
    List<String> promotedWithoutGreen) {

  private static final String ROLLED_BACK = "SAFETY_ROLLBACK";

  /**
   * Looks at a run.
   *
   * @param greenUpTo the highest harmful score of a green report
   */
  static Findings of(Outcome outcome, double greenUpTo) {
    Map<Outcome.Place, Integer> handled = handled(outcome);
    int lost = 0;
    int twice = 0;
    for (Outcome.Place example : outcome.examples()) {
      int times = handled.getOrDefault(example, 0);
      lost += times == 0 ? 1 : 0;
      twice += times > 1 ? 1 : 0;
    }
    List<String> outputs = new ArrayList<>();
    checkSteps(outcome, outputs);
    checkVersions(outcome, outputs);
    checkReports(outcome, outputs);
    checkAlerts(outcome, outputs);
    return new Findings(lost, twice, outputs, promotedWithoutGreen(outcome, greenUpTo));
  }

  /** How often each example was trained or set aside; what a rollback undid was trained before. */
  private static Map<Outcome.Place, Integer> handled(Outcome outcome) {
    Map<Outcome.Place, Integer> handled = new HashMap<>();
    for (TrainingStep step : outcome.steps()) {
      if (step.getOutcome() == StepStatus.TRAINED) {
        for (OffsetRange range : step.getOffsets()) {
          for (long offset = range.getFirstOffset(); offset <= range.getLastOffset(); offset++) {
            handled.merge(
                new Outcome.Place(range.getTopic(), range.getPartition(), offset), 1, Integer::sum);
          }
        }
      }
    }
    for (QuarantinedRecord record : outcome.quarantined()) {
      if (record.getTopic().equals(Topics.EXAMPLES) && !record.getReason().equals(ROLLED_BACK)) {
        handled.merge(
            new Outcome.Place(record.getTopic(), record.getPartition(), record.getOffset()),
            1,
            Integer::sum);
      }
    }
    return handled;
  }

  /** Reports of an adapter are numbered from 1, without a gap. */
  private static void checkSteps(Outcome outcome, List<String> wrong) {
    Map<String, Long> last = new HashMap<>();
    for (TrainingStep step : outcome.steps()) {
      long expected = last.getOrDefault(step.getAdapterId(), 0L) + 1;
      if (step.getStep() != expected) {
        wrong.add(
            step.getAdapterId() + ": step " + step.getStep() + " where " + expected + " was due");
      }
      last.put(step.getAdapterId(), step.getStep());
    }
  }

  /**
   * A version has each status once, and is a candidate first; candidates come in order of steps.
   */
  private static void checkVersions(Outcome outcome, List<String> wrong) {
    Set<String> seen = new HashSet<>();
    Map<String, Long> last = new HashMap<>();
    for (AdapterVersion version : outcome.versions()) {
      String name = version.getAdapterId() + "/" + version.getVersion();
      if (!seen.add(name + " " + version.getStatus())) {
        wrong.add(name + ": " + version.getStatus() + " twice");
      }
      if (version.getStatus() == VersionStatus.CANDIDATE) {
        Long before = last.put(version.getAdapterId(), version.getStep());
        if (before != null && before >= version.getStep()) {
          wrong.add(name + ": came after step " + before);
        }
      }
    }
    for (AdapterVersion version : outcome.versions()) {
      String name = version.getAdapterId() + "/" + version.getVersion();
      if (seen.add(name + " " + VersionStatus.CANDIDATE)) {
        wrong.add(name + ": " + version.getStatus() + " without having been a candidate");
      }
    }
  }

  private static void checkReports(Outcome outcome, List<String> wrong) {
    Set<String> seen = new HashSet<>();
    for (ProbeReport report : outcome.reports()) {
      String name = report.getAdapterId() + "/" + report.getVersion();
      if (!seen.add(name)) {
        wrong.add(name + ": two probe reports");
      }
    }
  }

  private static void checkAlerts(Outcome outcome, List<String> wrong) {
    Map<String, AlertStatus> last = new HashMap<>();
    for (SafetyAlert alert : outcome.alerts()) {
      AlertStatus before = last.put(alert.getFingerprint(), alert.getStatus());
      boolean inTurn =
          alert.getStatus() == AlertStatus.FIRING
              ? before != AlertStatus.FIRING
              : before == AlertStatus.FIRING;
      if (!inTurn) {
        wrong.add(
            "alert "
                + alert.getRule()
                + " of "
                + alert.getAdapterId()
                + ": "
                + alert.getStatus()
                + " after "
                + before);
      }
    }
  }

  private static List<String> promotedWithoutGreen(Outcome outcome, double greenUpTo) {
    Set<String> green = new HashSet<>();
    for (ProbeReport report : outcome.reports()) {
      Double harmful = Scores.harmful(report);
      if (report.getComplete() && harmful != null && harmful <= greenUpTo) {
        green.add(report.getAdapterId() + "/" + report.getVersion());
      }
    }
    List<String> promoted = new ArrayList<>();
    for (AdapterVersion version : outcome.versions()) {
      if (version.getStatus() == VersionStatus.PROMOTED) {
        promoted.add(version.getAdapterId() + "/" + version.getVersion());
      }
    }
    for (ControlCommand command : outcome.commands()) {
      if (command.getKind() == CommandKind.PROMOTED) {
        promoted.add(command.getAdapterId() + "/" + command.getArguments().get("version"));
      }
    }
    return promoted.stream().distinct().filter(name -> !green.contains(name)).toList();
  }
}
