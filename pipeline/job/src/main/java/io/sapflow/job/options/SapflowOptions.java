package io.sapflow.job.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOption;

/** Every option of a job, prefix {@code sapflow.}. */
public final class SapflowOptions {

  private static final List<OptionGroup> GROUPS =
      List.of(
          JobOptions.GROUP,
          KafkaOptions.GROUP,
          TopicOptions.GROUP,
          CheckpointOptions.GROUP,
          ModelOptions.GROUP,
          IngestOptions.GROUP,
          LoraOptions.GROUP,
          BatchingOptions.GROUP,
          TrainingOptions.GROUP,
          SafetyOptions.GROUP,
          AdapterOptions.GROUP,
          ControlOptions.GROUP,
          ProbeOptions.GROUP,
          JudgeOptions.GROUP,
          GateOptions.GROUP,
          AlertOptions.GROUP,
          PublishOptions.GROUP,
          MetricsOptions.GROUP,
          TelemetryOptions.GROUP);

  private static final Map<String, Option<?>> ALL = collect();

  private SapflowOptions() {}

  private static Map<String, Option<?>> collect() {
    List<OptionGroup> groups = new ArrayList<>(GROUPS);
    groups.add(RuleOptions.GROUP);
    Map<String, Option<?>> all = new TreeMap<>();
    groups.forEach(group -> group.options().forEach(option -> all.put(option.key(), option)));
    return Collections.unmodifiableMap(all);
  }

  /** The parts, without the options of the alert rules, which are the same for each rule. */
  public static List<OptionGroup> groups() {
    return GROUPS;
  }

  /** Every option by its key, those of the alert rules too. */
  public static Map<String, Option<?>> all() {
    return ALL;
  }

  /** What is declared of an option. */
  public static Option<?> of(ConfigOption<?> config) {
    Option<?> option = ALL.get(config.key());
    if (option == null) {
      throw new IllegalArgumentException(config.key() + " is no option of SapflowOptions");
    }
    return option;
  }
}
