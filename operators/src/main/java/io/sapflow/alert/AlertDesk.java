package io.sapflow.alert;

import io.sapflow.schema.AlertBook;
import io.sapflow.schema.SafetyAlert;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes readings to the rules that are in force. */
public final class AlertDesk {

  /**
   * What a reading came to.
   *
   * @param book where its rule stands now
   * @param alert what is to be told, null for nothing
   */
  public record Observed(AlertBook book, SafetyAlert alert) {}

  private final Map<Rule, AlertMachine> machines = new EnumMap<>(Rule.class);
  private final Map<Rule, AlertRule> rules = new EnumMap<>(Rule.class);

  private final String runbook;

  /**
   * A desk.
   *
   * @param rules those in force
   * @param runbook address of the page that has a section for each rule
   */
  public AlertDesk(List<AlertRule> rules, String runbook) {
    this.runbook = runbook;
    for (AlertRule rule : rules) {
      this.rules.put(rule.rule(), rule);
      machines.put(rule.rule(), new AlertMachine(rule));
    }
  }

  /** A rule as it is in force, null where it is not. */
  public AlertRule rule(Rule rule) {
    return rules.get(rule);
  }

  /**
   * Takes a reading to its rule.
   *
   * @param known where the rule stands for the reading's labels, null before the first
   * @return empty where the rule is not in force
   */
  public Optional<Observed> observe(String adapterId, Reading reading, AlertBook known) {
    AlertMachine machine = machines.get(reading.rule());
    if (machine == null) {
      return Optional.empty();
    }
    AlertMachine.Outcome outcome =
        machine.observe(
            known == null ? AlertMachine.quiet() : known, reading.value(), reading.time());
    boolean told =
        outcome.change() != AlertMachine.Change.NONE
            || (reading.tellsAnew() && outcome.book().getFiring());
    SafetyAlert alert =
        told
            ? Alerts.of(adapterId, rules.get(reading.rule()), outcome.book(), reading, runbook)
            : null;
    return Optional.of(new Observed(outcome.book(), alert));
  }

  /**
   * The end of an alert whose rule is not in force any more.
   *
   * @param known where the rule stood, firing
   */
  SafetyAlert withdrawn(String adapterId, AlertBook known, Reading last) {
    return Alerts.of(
        adapterId, AlertRule.of(last.rule()), AlertMachine.resolved(known), last, runbook);
  }
}
