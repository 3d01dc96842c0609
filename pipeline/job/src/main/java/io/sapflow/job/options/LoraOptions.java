package io.sapflow.job.options;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** What adapters adapt. */
public final class LoraOptions {

  static final OptionGroup GROUP = new OptionGroup("LoRA");

  public static final ConfigOption<Integer> RANK =
      GROUP
          .whole("sapflow.lora.rank")
          .atLeast(1)
          .atMost(65536)
          .byDefault(8)
          .says("Rank of the adapters.");

  public static final ConfigOption<Double> ALPHA =
      GROUP
          .number("sapflow.lora.alpha")
          .above(0)
          .byDefault(16.0)
          .says("Numerator of the adapters' scaling.");

  public static final ConfigOption<Boolean> RS =
      GROUP
          .flag("sapflow.lora.rs")
          .byDefault(false)
          .says("Whether the scaling divides by the root of the rank.");

  public static final ConfigOption<List<String>> TARGETS =
      GROUP
          .texts("sapflow.lora.targets")
          .oneOf("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
          .byDefault(List.of("q_proj", "v_proj"))
          .says(
              "Adapted layers: any of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj.");

  public static final ConfigOption<String> FROM =
      GROUP
          .text("sapflow.lora.from")
          .says(
              "Directory of a PEFT adapter that fresh adapters start from, at the same path on every TaskManager; rank, alpha and targets are then its own.");

  private LoraOptions() {}
}
