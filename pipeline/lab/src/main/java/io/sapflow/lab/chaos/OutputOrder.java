package io.sapflow.lab.chaos;

import io.sapflow.alert.Rule;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether each output topic tells everything once and in its turn. */
final class OutputOrder {

  private final Outcome outcome;
  private final List<String> faults = new ArrayList<>();

  private OutputOrder(Outcome outcome) {
    this.outcome = outcome;
  }

  /** What is wrong, in words. */
  static List<String> faults(Outcome outcome) {
    OutputOrder order = new OutputOrder(outcome);
    order.checkSteps();
    order.checkVersions();
    order.checkReports();
    order.checkAlerts();
    order.checkCommands();
    return order.faults;
  }

  /**
   * Reports of an adapter are numbered from 1, without a gap, but for answers from before there is
   * one; a command is answered once.
   */
  private void checkSteps() {
    Map<String, Long> last = new HashMap<>();
    Set<String> answered = new HashSet<>();
    for (TrainingStep step : outcome.steps()) {
      String adapter = step.getAdapterId();
      long expected = last.getOrDefault(adapter, 0L) + 1;
      if (step.getStep() >= 0 && step.getStep() != expected) {
        faults.add(adapter + ": step " + step.getStep() + " where " + expected + " was due");
      }
      if (step.getStep() >= 0) {
        last.put(adapter, step.getStep());
      }
      for (AppliedCommand command : step.getAppliedCommands()) {
        if (!answered.add(adapter + " " + command.getId())) {
          faults.add(adapter + ": command " + command.getId() + " answered twice");
        }
      }
    }
  }

  /**
   * A version has each status once, and is a candidate first; candidates come in order of steps;
   * each is reported on, superseded or rolled back.
   */
  private void checkVersions() {
    Set<String> seen = new HashSet<>();
    Map<String, Long> last = new HashMap<>();
    for (AdapterVersion version : outcome.versions()) {
      String name = name(version.getAdapterId(), version.getVersion());
      if (!seen.add(name + " " + version.getStatus())) {
        faults.add(name + ": " + version.getStatus() + " twice");
      }
      if (version.getStatus() == VersionStatus.CANDIDATE) {
        Long before = last.put(version.getAdapterId(), version.getStep());
        if (before != null && before >= version.getStep()) {
          faults.add(name + ": came after step " + before);
        }
      }
    }
    Set<String> reported = new HashSet<>();
    for (ProbeReport report : outcome.reports()) {
      reported.add(name(report.getAdapterId(), report.getVersion()));
    }
    for (AdapterVersion version : outcome.versions()) {
      String name = name(version.getAdapterId(), version.getVersion());
      if (!seen.contains(name + " " + VersionStatus.CANDIDATE)) {
        faults.add(name + ": " + version.getStatus() + " without having been a candidate");
      }
      if (version.getStatus() == VersionStatus.CANDIDATE
          && !reported.contains(name)
          && !seen.contains(name + " " + VersionStatus.SUPERSEDED)
          && !seen.contains(name + " " + VersionStatus.ROLLED_BACK)) {
        faults.add(name + ": no report, and neither superseded nor rolled back");
      }
    }
  }

  private void checkReports() {
    Set<String> seen = new HashSet<>();
    for (ProbeReport report : outcome.reports()) {
      String name = name(report.getAdapterId(), report.getVersion());
      if (!seen.add(name)) {
        faults.add(name + ": two probe reports");
      }
    }
  }

  private void checkAlerts() {
    Map<String, SafetyAlert> last = new HashMap<>();
    for (SafetyAlert alert : outcome.alerts()) {
      SafetyAlert told = last.put(alert.getFingerprint(), alert);
      AlertStatus before = told == null ? null : told.getStatus();
      boolean inTurn =
          alert.getStatus() == AlertStatus.FIRING
              ? before != AlertStatus.FIRING || hasGrown(told, alert)
              : before == AlertStatus.FIRING;
      if (!inTurn) {
        faults.add(
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

  /** An incident that fires is told anew when something more was done. */
  private static boolean hasGrown(SafetyAlert before, SafetyAlert now) {
    return now.getRule().equals(Rule.INCIDENT.key()) && now.getValue() > before.getValue();
  }

  private void checkCommands() {
    Set<String> seen = new HashSet<>();
    for (ControlCommand command : outcome.commands()) {
      if (!seen.add(name(command.getAdapterId(), command.getId()))) {
        faults.add("command " + command.getId() + " twice");
      }
    }
  }

  static String name(String adapter, String version) {
    return adapter + "/" + version;
  }
}
