package io.sapflow.job;

import java.util.Map;
import java.util.TreeMap;

/** Sets of values that {@code sapflow.preset} names; what is given beside it wins. */
public final class Presets {

  private static final String NONE = "none";
  private static final String PUBLISHED = "published";

  private Presets() {}

  /** The values with those of the preset that they name, if any, beneath them. */
  public static Map<String, String> under(Map<String, String> values) {
    Map<String, String> all =
        new TreeMap<>(values(values.getOrDefault(SapflowOptions.PRESET.key(), NONE)));
    all.putAll(values);
    return all;
  }

  /** A preset's values by its name. */
  static Map<String, String> values(String name) {
    return switch (name) {
      case NONE -> Map.of();
      case PUBLISHED -> published();
      default ->
          throw new IllegalArgumentException(
              SapflowOptions.PRESET.key() + ": found " + name + ", expected none or published");
    };
  }

  /** The settings of the paper's reference implementation. */
  private static Map<String, String> published() {
    Map<String, String> values = new TreeMap<>();
    values.put(SapflowOptions.LORA_RANK.key(), "8");
    values.put(SapflowOptions.LORA_ALPHA.key(), "8");
    values.put(SapflowOptions.LORA_TARGETS.key(), "q_proj;v_proj");
    values.put(SapflowOptions.LEARNING_RATE.key(), "1e-4");
    values.put(SapflowOptions.MAX_GRADIENT_NORM.key(), "0");
    values.put(SapflowOptions.PROBE_LEARNING_RATE.key(), "0.05");
    values.put(SapflowOptions.PROBE_RELATIVE.key(), "false");
    values.put(SapflowOptions.PROBE_LAYERS.key(), "3;9");
    values.put(SapflowOptions.PERTURBATION.key(), "2e-5");
    values.put(SapflowOptions.DIRECTION_REFRESH.key(), "1");
    values.put(SapflowOptions.PROBE_REFRESH.key(), "1");
    values.put(SapflowOptions.REPLAY_SHARE.key(), "0");
    values.put(SapflowOptions.PAIRS.key(), "8");
    values.put(SapflowOptions.PAIR_TOKENS.key(), "256");
    // Batches in order of arrival, not by length.
    values.put(SapflowOptions.WINDOW.key(), "10");
    values.put(SapflowOptions.ROWS.key(), "10");
    values.put(SapflowOptions.BATCH_TOKENS.key(), "1280");
    values.put(SapflowOptions.MAX_TOKENS.key(), "128");
    return values;
  }
}
