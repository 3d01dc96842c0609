package io.sapflow.job;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.sapflow.alert.AlertAction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/**
 * The options of an alert rule, prefix {@code sapflow.alert.} and the rule's name.
 *
 * @param enabled whether the rule is in force
 * @param threshold fires above it
 * @param hysteresis resolves at the threshold less this
 * @param duration how long the value must be on the other side
 * @param severity of the alert
 * @param action what the job does when it fires
 */
record RuleOptions(
    ConfigOption<Boolean> enabled,
    ConfigOption<Double> threshold,
    ConfigOption<Double> hysteresis,
    ConfigOption<Duration> duration,
    ConfigOption<String> severity,
    ConfigOption<AlertAction> action) {

  private static final Map<String, Type> TYPES =
      all().entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(each -> each.getKey().key(), Map.Entry::getValue));

  /** The options of a rule. */
  static RuleOptions of(Rule rule) {
    String prefix = "sapflow.alert." + rule.key() + ".";
    return new RuleOptions(
        key(prefix + "enabled")
            .booleanType()
            .defaultValue(true)
            .withDescription("Whether the rule is in force."),
        key(prefix + "threshold")
            .doubleType()
            .defaultValue(rule.threshold())
            .withDescription("The alert fires above it."),
        key(prefix + "hysteresis")
            .doubleType()
            .defaultValue(rule.hysteresis())
            .withDescription("It resolves at the threshold less this."),
        key(prefix + "for")
            .durationType()
            .defaultValue(Duration.ZERO)
            .withDescription(
                "How long the value must be on the other side, from value to value, before it changes."),
        key(prefix + "severity")
            .stringType()
            .defaultValue(rule.severity())
            .withDescription("critical, warning or info."),
        key(prefix + "action")
            .enumType(AlertAction.class)
            .defaultValue(AlertAction.NONE)
            .withDescription("What the job does when it fires, beside what the gate does."));
  }

  /** The rules that a configuration puts in force. */
  static List<AlertRule> read(Configuration configuration) {
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

  /** One that nobody has set does not exceed a threshold that somebody has lowered. */
  private double hysteresisFor(Configuration configuration) {
    double read = OptionReader.read(configuration, hysteresis);
    return configuration.contains(hysteresis)
        ? read
        : Math.min(read, OptionReader.read(configuration, threshold));
  }

  /** Every option of every rule with the type of its values. */
  static Map<ConfigOption<?>, Type> all() {
    Map<ConfigOption<?>, Type> all = new LinkedHashMap<>();
    for (Rule rule : Rule.values()) {
      RuleOptions options = of(rule);
      all.put(options.enabled(), Boolean.class);
      all.put(options.threshold(), Double.class);
      all.put(options.hysteresis(), Double.class);
      all.put(options.duration(), Duration.class);
      all.put(options.severity(), String.class);
      all.put(options.action(), AlertAction.class);
    }
    return all;
  }

  /** The type of an option's values, if it is one of a rule. */
  static Optional<Type> type(ConfigOption<?> option) {
    return Optional.ofNullable(TYPES.get(option.key()));
  }
}
