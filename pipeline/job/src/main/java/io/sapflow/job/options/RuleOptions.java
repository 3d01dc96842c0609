package io.sapflow.job.options;

import io.sapflow.alert.AlertAction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.publish.KeepFiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The options of an alert rule, prefix {@code sapflow.alert.} and the rule's name.
 *
 * @param enabled whether the rule is in force
 * @param threshold fires above it
 * @param hysteresis resolves at the threshold less this
 * @param duration how long the value must be on the other side
 * @param keepFiringFor how long receivers are told that it fires after it has resolved
 * @param severity of the alert
 * @param action what the job does when it fires
 */
public record RuleOptions(
    ConfigOption<Boolean> enabled,
    ConfigOption<Double> threshold,
    ConfigOption<Double> hysteresis,
    ConfigOption<Duration> duration,
    ConfigOption<Duration> keepFiringFor,
    ConfigOption<String> severity,
    ConfigOption<AlertAction> action) {

  /** What the keys of all rules begin with, before the rule's name. */
  public static final String PREFIX = "sapflow.alert.";

  static final OptionGroup GROUP = new OptionGroup("Alert rules");

  private static final Map<Rule, RuleOptions> BY_RULE = declareAll();

  private static Map<Rule, RuleOptions> declareAll() {
    Map<Rule, RuleOptions> all = new EnumMap<>(Rule.class);
    for (Rule rule : Rule.values()) {
      all.put(rule, declare(rule));
    }
    return all;
  }

  private static RuleOptions declare(Rule rule) {
    String prefix = PREFIX + rule.key() + ".";
    return new RuleOptions(
        GROUP.flag(prefix + "enabled").byDefault(true).says("Whether the rule is in force."),
        GROUP
            .number(prefix + "threshold")
            .byDefault(rule.threshold())
            .says("The alert fires above it, 0 or more; at most 1 where the value is a share."),
        GROUP
            .number(prefix + "hysteresis")
            .byDefault(rule.hysteresis())
            .says("It resolves at the threshold less this, 0 to the threshold."),
        GROUP
            .duration(prefix + "for")
            .byDefault(Duration.ZERO)
            .says(
                "How long the value must be on the other side, from value to value, before it changes; an incident that is acknowledged resolves at once."),
        GROUP
            .duration(prefix + "keep-firing-for")
            .byDefault(KeepFiring.USUAL)
            .says(
                "How long receivers are told that it fires after it has resolved, so that it outlasts Alertmanager's group_wait and group_interval; 0 by default where the severity is info, and of incident, which a person ends."),
        GROUP
            .text(prefix + "severity")
            .oneOf("critical", "warning", "info")
            .byDefault(rule.severity())
            .says("How urgent the alert is."),
        GROUP
            .word(prefix + "action", AlertAction.class)
            .byDefault(AlertAction.NONE)
            .says(
                "What the job does when it fires, beside what the gate does; quarantine_source for source-suspicious alone."));
  }

  /** The options of a rule. */
  public static RuleOptions of(Rule rule) {
    return BY_RULE.get(rule);
  }

  /** The same, as they are declared. */
  public List<Option<?>> options() {
    return Stream.of(enabled, threshold, hysteresis, duration, keepFiringFor, severity, action)
        .<Option<?>>map(SapflowOptions::of)
        .toList();
  }

  /** Those whose default is the rule's own: threshold, hysteresis, severity. */
  List<Option<?>> byRule() {
    return Stream.of(threshold, hysteresis, severity).<Option<?>>map(SapflowOptions::of).toList();
  }

  /** The rules that a configuration puts in force. */
  public static List<AlertRule> read(Configuration configuration) {
    List<AlertRule> rules = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      RuleOptions options = of(rule);
      AlertRule read =
          new AlertRule(
              rule,
              OptionReader.read(configuration, options.severity()),
              OptionReader.read(configuration, options.threshold()),
              options.hysteresisFor(configuration),
              OptionReader.read(configuration, options.duration()),
              OptionReader.read(configuration, options.action()));
      if (OptionReader.read(configuration, options.enabled())) {
        rules.add(read);
      }
    }
    return rules;
  }

  /** How long alerts are told as firing after they have resolved, in force or not. */
  public static KeepFiring readKeepFiring(Configuration configuration) {
    Map<String, Duration> byRule = new HashMap<>();
    for (Rule rule : Rule.values()) {
      RuleOptions options = of(rule);
      byRule.put(
          rule.key(),
          configuration.contains(options.keepFiringFor)
              ? OptionReader.read(configuration, options.keepFiringFor)
              : options.usual(rule, configuration));
    }
    return new KeepFiring(byRule);
  }

  /** Whoever ends an incident has heard of it. */
  private Duration usual(Rule rule, Configuration configuration) {
    return rule == Rule.INCIDENT
        ? Duration.ZERO
        : KeepFiring.of(OptionReader.read(configuration, severity));
  }

  /** One that nobody has set does not exceed a threshold that somebody has lowered. */
  private double hysteresisFor(Configuration configuration) {
    double read = OptionReader.read(configuration, hysteresis);
    return configuration.contains(hysteresis)
        ? read
        : Math.min(read, OptionReader.read(configuration, threshold));
  }
}
