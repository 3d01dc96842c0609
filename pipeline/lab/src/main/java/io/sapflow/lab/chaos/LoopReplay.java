package io.sapflow.lab.chaos;

import io.sapflow.alert.AlertDesk;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Reading;
import io.sapflow.alert.ReportReadings;
import io.sapflow.alert.Rule;
import io.sapflow.control.Issuers;
import io.sapflow.control.VerdictCommands;
import io.sapflow.gate.Gate;
import io.sapflow.gate.GateLimits;
import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertBook;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.GateBook;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What gate and alerts must have made of a run's reports: judged again, in their order, and held
 * against what the topics say.
 */
final class LoopReplay {

  /** Rules whose alerts are a function of the reports; the others go by the clock, too. */
  private static final Set<String> OF_REPORTS =
      Stream.of(
              Rule.HARMFUL_SCORE,
              Rule.REGRESSION,
              Rule.OVER_REFUSAL,
              Rule.JUDGE_DOWN,
              Rule.ANSWERS_CUT,
              Rule.JUDGE_UNSOUND,
              Rule.SAFETY_MARGIN)
          .map(Rule::key)
          .collect(Collectors.toSet());

  private final List<String> faults = new ArrayList<>();
  private final List<String> promotedWithoutGreen = new ArrayList<>();

  LoopReplay(Outcome outcome, GateLimits limits, List<AlertRule> rules) {
    Gate gate = new Gate(limits);
    AlertDesk desk = new AlertDesk(rules, "");
    Map<String, GateBook> books = new HashMap<>();
    Map<String, AlertBook> standings = new HashMap<>(); // by adapter, rule and labels
    Map<String, Integer> open = new TreeMap<>(); // what is due less what came, by what it is
    for (ProbeReport report : outcome.reports()) {
      String adapter = report.getAdapterId();
      GateBook book = books.getOrDefault(adapter, Gate.fresh());
      Judgement judgement = gate.judge(report, book);
      books.put(adapter, Gate.after(judgement, book));
      due(open, judgement);
      for (Reading reading : ReportReadings.of(judgement)) {
        String key = adapter + " " + reading.stateKey();
        desk.observe(adapter, reading, standings.get(key))
            .ifPresent(
                observed -> {
                  standings.put(key, observed.book());
                  if (observed.alert() != null) {
                    open.merge(alert(observed.alert()), 1, Integer::sum);
                  }
                });
      }
    }
    came(open, outcome);
    open.forEach(
        (what, count) -> {
          if (count != 0) {
            faults.add(what + (count > 0 ? " is missing" : " is not due"));
          }
          if (count < 0 && what.endsWith(" " + VersionStatus.PROMOTED)) {
            promotedWithoutGreen.add(what);
          }
        });
  }

  private static void due(Map<String, Integer> open, Judgement judgement) {
    ProbeReport report = judgement.report();
    VersionStatus status =
        switch (judgement.verdict()) {
          case PROMOTE -> VersionStatus.PROMOTED;
          case REJECT, ROLL_BACK, PAUSE, QUARANTINE_SOURCE -> VersionStatus.REJECTED;
          case HOLD, STALE -> null;
        };
    if (status != null) {
      open.merge(version(report.getAdapterId(), report.getVersion(), status), 1, Integer::sum);
    }
    for (ControlCommand command : VerdictCommands.of(judgement)) {
      open.merge(name(command), 1, Integer::sum);
    }
  }

  private static void came(Map<String, Integer> open, Outcome outcome) {
    for (AdapterVersion version : outcome.versions()) {
      if (version.getStatus() == VersionStatus.PROMOTED
          || version.getStatus() == VersionStatus.REJECTED) {
        open.merge(
            version(version.getAdapterId(), version.getVersion(), version.getStatus()),
            -1,
            Integer::sum);
      }
    }
    for (ControlCommand command : outcome.commands()) {
      if (command.getIssuer().equals(Issuers.GATE)) {
        open.merge(name(command), -1, Integer::sum);
      }
    }
    for (SafetyAlert alert : outcome.alerts()) {
      if (OF_REPORTS.contains(alert.getRule())) {
        open.merge(alert(alert), -1, Integer::sum);
      }
    }
  }

  private static String version(String adapter, String version, VersionStatus status) {
    return OutputOrder.name(adapter, version) + " " + status;
  }

  private static String name(ControlCommand command) {
    return "command " + command.getId();
  }

  private static String alert(SafetyAlert alert) {
    return "alert "
        + alert.getRule()
        + " of "
        + OutputOrder.name(alert.getAdapterId(), alert.getEvidence().getVersion())
        + " "
        + alert.getStatus();
  }

  /** What is missing, or is not due, in words. */
  List<String> faults() {
    return faults;
  }

  /** Promotions that no green report asks for, in words. */
  List<String> promotedWithoutGreen() {
    return promotedWithoutGreen;
  }
}
