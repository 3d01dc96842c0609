package io.sapflow.job.options;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** Safety-Aware Probing: the hidden probe, the harmful direction, and replay. */
public final class SafetyOptions {

  static final OptionGroup GROUP = new OptionGroup("Safety-aware probing");

  public static final ConfigOption<List<Integer>> PROBE_LAYERS =
      GROUP
          .wholes("sapflow.sap.probe-layers")
          .atLeast(0)
          .in("layers")
          .says(
              "0-based layers that get a vector of the hidden probe; by default two, at a sixth and at half of the depth.");

  public static final ConfigOption<Double> PROBE_LEARNING_RATE =
      GROUP
          .number("sapflow.sap.probe-learning-rate")
          .above(0)
          .byDefault(0.1)
          .says(
              "Size of each entry of the hidden probe, in units of the hidden state or absolute.");

  public static final ConfigOption<Double> PERTURBATION =
      GROUP
          .number("sapflow.sap.perturbation")
          .above(0)
          .in("share of the norm")
          .byDefault(2e-3)
          .says("How far along the harmful direction the perturbed pass looks, as a share of |W|.");

  public static final ConfigOption<Integer> DIRECTION_REFRESH =
      GROUP
          .whole("sapflow.sap.direction-refresh-steps")
          .atLeast(1)
          .in("updates")
          .byDefault(32)
          .says("Updates between two computations of the harmful direction.");

  public static final ConfigOption<Integer> PROBE_REFRESH =
      GROUP
          .whole("sapflow.sap.probe-refresh-steps")
          .atLeast(1)
          .in("updates")
          .byDefault(8)
          .says("Updates between two computations of the hidden probe.");

  public static final ConfigOption<String> PROBE_GRADIENT =
      GROUP
          .text("sapflow.sap.probe-gradient")
          .oneOf("auto", "difference", "double-backward")
          .byDefault("auto")
          .says(
              "How the hidden probe's gradient is found: as a difference of two passes, or by one pass that is differentiated twice. auto takes the second where the base is narrower than float32 or the device is a GPU.");

  public static final ConfigOption<Double> PROBE_ROWS =
      GROUP
          .number("sapflow.sap.probe-rows")
          .above(0)
          .atMost(1)
          .in("share")
          .byDefault(1.0)
          .says(
              "Share of a batch's rows from which the hidden probe is found, drawn from the batch itself.");

  public static final ConfigOption<String> PUSHES =
      GROUP
          .text("sapflow.sap.pushes")
          .oneOf("every-step", "refresh")
          .byDefault("every-step")
          .says(
              "When each example's push toward harm is computed: at every step, beside its gradient, or with the hidden probe alone, of the rows that it is found from. sapflow.train.reject-push has it computed at every step.");

  public static final ConfigOption<Boolean> PROBE_RELATIVE =
      GROUP
          .flag("sapflow.sap.probe-relative")
          .byDefault(true)
          .says(
              "Whether the hidden probe is in units of the hidden state it is added to (its root mean square), or absolute.");

  public static final ConfigOption<Double> TEMPERATURE =
      GROUP
          .number("sapflow.sap.temperature")
          .above(0)
          .byDefault(1.0)
          .says("Divisor of the safety margin.");

  public static final ConfigOption<Integer> PAIRS =
      GROUP
          .whole("sapflow.sap.pairs")
          .atLeast(1)
          .in("pairs")
          .byDefault(8)
          .says("Safety pairs for each computation of the harmful direction.");

  public static final ConfigOption<Integer> PAIR_TOKENS =
      GROUP
          .whole("sapflow.sap.pair-max-length")
          .atLeast(2)
          .in("tokens")
          .says(
              "The most tokens of a safety pair's prompt with one answer; by default as sapflow.tokens.max-length.");

  public static final ConfigOption<Double> REPLAY_SHARE =
      GROUP
          .number("sapflow.sap.replay-share")
          .atLeast(0)
          .below(1)
          .in("share")
          .byDefault(0.1)
          .says("Share of each batch that is safe answers to safety pairs' prompts.");

  private SafetyOptions() {}
}
