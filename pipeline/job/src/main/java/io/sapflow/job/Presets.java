package io.sapflow.job;

import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
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
        new TreeMap<>(values(values.getOrDefault(JobOptions.PRESET.key(), NONE)));
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
              JobOptions.PRESET.key() + ": found " + name + ", expected none or published");
    };
  }

  /** The settings of the paper's reference implementation. */
  private static Map<String, String> published() {
    Map<String, String> values = new TreeMap<>();
    values.put(LoraOptions.RANK.key(), "8");
    values.put(LoraOptions.ALPHA.key(), "8");
    values.put(LoraOptions.TARGETS.key(), "q_proj;v_proj");
    values.put(TrainingOptions.LEARNING_RATE.key(), "1e-4");
    values.put(TrainingOptions.MAX_GRADIENT_NORM.key(), "0");
    values.put(SafetyOptions.PROBE_LEARNING_RATE.key(), "0.05");
    values.put(SafetyOptions.PROBE_RELATIVE.key(), "false");
    values.put(SafetyOptions.PROBE_LAYERS.key(), "3;9");
    values.put(SafetyOptions.PERTURBATION.key(), "2e-5");
    values.put(SafetyOptions.DIRECTION_REFRESH.key(), "1");
    values.put(SafetyOptions.PROBE_REFRESH.key(), "1");
    values.put(SafetyOptions.REPLAY_SHARE.key(), "0");
    values.put(SafetyOptions.PAIRS.key(), "8");
    values.put(SafetyOptions.PAIR_TOKENS.key(), "256");
    // Batches in order of arrival, not by length.
    values.put(BatchingOptions.WINDOW.key(), "10");
    values.put(BatchingOptions.ROWS.key(), "10");
    values.put(BatchingOptions.TOKENS.key(), "1280");
    values.put(IngestOptions.MAX_TOKENS.key(), "128");
    return values;
  }
}
