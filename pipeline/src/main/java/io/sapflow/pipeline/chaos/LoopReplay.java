package io.sapflow.pipeline.chaos;

import io.sapflow.alert.AlertMachine;
import io.sapflow.alert.AlertRule;
import io.sapflow.control.Orders;
import io.sapflow.gate.Gate;
import io.sapflow.gate.GateLimits;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Scores;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertBook;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.GateBook;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What gate and alerts must have made of a run's reports: judged again, in their order, and held
 * against what the topics say.
 */
final class LoopReplay {

  private final List<String> faults = new ArrayList<>();
  private final List<String> promotedWithoutGreen = new ArrayList<>();

  LoopReplay(Outcome outcome, GateLimits limits, AlertRule rule) {
    Gate gate = new Gate(limits);
    AlertMachine machine = new AlertMachine(rule);
    Map<String, GateBook> books = new HashMap<>();
    Map<String, AlertBook> alerts = new HashMap<>();
    Map<String, Integer> open = new TreeMap<>(); // what is due less what came, by what it is
    for (ProbeReport report : outcome.reports()) {
      String adapter = report.getAdapterId();
      GateBook book = books.getOrDefault(adapter, Gate.fresh());
      Judgement judgement = gate.judge(report, book);
      books.put(adapter, Gate.after(judgement, book));
      due(open, judgement);
      Double score = Scores.harmful(report);
      if (score != null && judgement.verdict() != Verdict.STALE) {
        AlertMachine.Outcome next =
            machine.observe(
                alerts.getOrDefault(adapter, AlertMachine.quiet()), score, report.getTime());
        alerts.put(adapter, next.book());
        if (next.change() != AlertMachine.Change.NONE) {
          AlertStatus status =
              next.change() == AlertMachine.Change.FIRES
                  ? AlertStatus.FIRING
                  : AlertStatus.RESOLVED;
          open.merge(alert(adapter, report.getVersion(), status), 1, Integer::sum);
        }
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
          case REJECT, ROLL_BACK -> VersionStatus.REJECTED;
          case HOLD, STALE -> null;
        };
    if (status != null) {
      open.merge(version(report.getAdapterId(), report.getVersion(), status), 1, Integer::sum);
    }
    for (ControlCommand order : Orders.of(judgement)) {
      open.merge(order(order), 1, Integer::sum);
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
      if (command.getIssuer().equals(Orders.GATE)) {
        open.merge(order(command), -1, Integer::sum);
      }
    }
    for (SafetyAlert alert : outcome.alerts()) {
      open.merge(
          alert(alert.getAdapterId(), alert.getEvidence().getVersion(), alert.getStatus()),
          -1,
          Integer::sum);
    }
  }

  private static String version(String adapter, String version, VersionStatus status) {
    return OutputOrder.name(adapter, version) + " " + status;
  }

  private static String order(ControlCommand command) {
    return "command " + command.getId();
  }

  private static String alert(String adapter, String version, AlertStatus status) {
    return "alert of " + OutputOrder.name(adapter, version) + " " + status;
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
