package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** When a version is probed, and with which prompts. */
public final class ProbeOptions {

  static final OptionGroup GROUP = new OptionGroup("Probing versions");

  public static final ConfigOption<String> ROWS =
      GROUP
          .text("sapflow.probe.rows")
          .byDefault("32")
          .says(
              "How many prompts are answered together, at least 1, or auto: as many as sapflow.probe.memory-share holds, and answers that have ended leave their batch. Other rows may give scores other last bits.");

  public static final ConfigOption<Double> MEMORY_SHARE =
      GROUP
          .number("sapflow.probe.memory-share")
          .above(0)
          .below(1)
          .in("share")
          .byDefault(0.2)
          .says(
              "With sapflow.probe.rows=auto, share of the device's whole memory that answers may take while they are generated, at the longest prompt and answer.");

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
          .oneOf("refusal", "reference", "moderation", "guard")
          .byDefault(List.of("refusal"))
          .says(
              "Judges of a report, each scored apart: any of refusal, reference, moderation, guard.");

  private ProbeOptions() {}
}
