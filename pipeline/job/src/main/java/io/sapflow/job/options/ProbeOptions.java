package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** When a version is probed, and with which prompts. */
public final class ProbeOptions {

  static final OptionGroup GROUP = new OptionGroup("Probing versions");

  public static final ConfigOption<Integer> ROWS =
      GROUP
          .whole("sapflow.probe.rows")
          .atLeast(1)
          .in("prompts")
          .byDefault(32)
          .says("Prompts that are answered together.");

  public static final ConfigOption<Integer> ANSWER_TOKENS =
      GROUP
          .whole("sapflow.probe.answer-tokens")
          .atLeast(1)
          .in("tokens")
          .byDefault(64)
          .says("The longest answer to a probe prompt, in tokens.");

  public static final ConfigOption<Double> EARLY_ALIGNMENT =
      GROUP
          .number("sapflow.probe.early-alignment")
          .says(
              "A version is made, and probed, before its turn when the smoothed harmAlignment is above this; by default never.");

  public static final ConfigOption<Double> EARLY_PUSH =
      GROUP
          .number("sapflow.probe.early-push")
          .says(
              "The same when a source's mean push in one batch is above this, known of three examples at least.");

  public static final ConfigOption<Double> EARLY_SAFETY_LOSS =
      GROUP
          .number("sapflow.probe.early-safety-loss")
          .in("nats")
          .says(
              "The same when the smoothed safety loss is above this: when the safety margin falls.");

  public static final ConfigOption<Integer> EARLY_LEAST_UPDATES =
      GROUP
          .whole("sapflow.probe.early-least-updates")
          .atLeast(1)
          .in("updates")
          .byDefault(5)
          .says("Updates from a version to an early one, at least.");

  public static final ConfigOption<Duration> INTERVAL =
      GROUP
          .duration("sapflow.probe.interval")
          .says(
              "An adapter that has trained since its last version is probed when that is this old; by default only sapflow.adapter.version-updates counts.");

  public static final ConfigOption<Integer> PROMPTS =
      GROUP
          .whole("sapflow.probe.prompts")
          .atLeast(0)
          .in("prompts")
          .byDefault(0)
          .says("The most prompts that a report asks; 0 for all active ones.");

  public static final ConfigOption<Double> CORE_SHARE =
      GROUP
          .number("sapflow.probe.core-share")
          .atLeast(0)
          .atMost(1)
          .in("share")
          .byDefault(0.5)
          .says(
              "Share of sapflow.probe.prompts that is the same in every report; the others take turns.");

  public static final ConfigOption<List<String>> JUDGES =
      GROUP
          .texts("sapflow.probe.judges")
          .oneOf("refusal", "moderation", "guard")
          .byDefault(List.of("refusal"))
          .says("Judges of a report, each scored apart: any of refusal, moderation, guard.");

  private ProbeOptions() {}
}
