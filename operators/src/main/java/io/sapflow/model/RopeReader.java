package io.sapflow.model;

import java.util.List;

/**
 * Reads what config.json says of rotations, in both styles: rope_theta and rope_scaling at the top,
 * or one rope_parameters. Defaults are those of the transformers library; a type that the kernel
 * does not compute is refused.
 */
final class RopeReader {
  private static final String OLDER = "rope_scaling";
  private static final String NEWER = "rope_parameters";
  private static final double THETA = 10000;

  private final JsonFile json;
  private final int maxPositions;

  /**
   * A reader.
   *
   * @param maxPositions the model's context, in tokens
   */
  RopeReader(JsonFile json, int maxPositions) {
    this.json = json;
    this.maxPositions = maxPositions;
  }

  /** The base of the frequencies. */
  double theta() {
    double top = json.positive("rope_theta", THETA);
    if (!json.has(NEWER)) {
      return top;
    }
    double inner = json.object(NEWER).positive("rope_theta", top);
    if (json.has("rope_theta") && inner != top) {
      throw json.wrong("rope_theta", "the " + inner + " of rope_parameters");
    }
    return inner;
  }

  /** How they are scaled; null where they are not. */
  RopeScaling scaling() {
    RopeScaling older = json.has(OLDER) ? scaling(OLDER) : null;
    RopeScaling newer = json.has(NEWER) ? scaling(NEWER) : null;
    if (json.has(OLDER) && json.has(NEWER) && !equal(older, newer)) {
      throw json.wrong(OLDER, "the same scaling as in rope_parameters");
    }
    return older != null ? older : newer;
  }

  private static boolean equal(RopeScaling a, RopeScaling b) {
    return a == null ? b == null : a.equals(b);
  }

  private RopeScaling scaling(String key) {
    JsonFile rope = json.object(key);
    String typeKey = rope.has("rope_type") || !rope.has("type") ? "rope_type" : "type";
    if (!rope.has(typeKey)) {
      oneForAll(rope);
    }
    RopeScaling scaling =
        switch (rope.text(typeKey, "default")) {
          case "default" -> null;
          case "linear" -> plain(rope, RopeScaling.Type.LINEAR);
          case "dynamic" -> plain(rope, RopeScaling.Type.DYNAMIC);
          case "yarn" -> yarn(rope);
          case "llama3" -> llama3(rope);
          default -> throw rope.wrong(typeKey, "default, linear, dynamic, yarn or llama3");
        };
    oneForAll(rope);
    return scaling;
  }

  /** Some files have one such object for each kind of layer. */
  private static void oneForAll(JsonFile rope) {
    for (String inner : rope.keys()) {
      if (rope.isNested(inner)) {
        throw rope.wrong(inner, "one rotation for all layers");
      }
    }
  }

  private RopeScaling plain(JsonFile rope, RopeScaling.Type type) {
    return RopeScaling.plain(type, rope.positive("factor"), maxPositions);
  }

  private static RopeScaling llama3(JsonFile rope) {
    RopeScaling scaling =
        RopeScaling.llama3(
            rope.positive("factor"),
            rope.positive("low_freq_factor"),
            rope.positive("high_freq_factor"),
            rope.integer("original_max_position_embeddings", 1, Integer.MAX_VALUE));
    if (scaling.highFreqFactor() <= scaling.lowFreqFactor()) {
      throw rope.wrong("high_freq_factor", "more than low_freq_factor");
    }
    return scaling;
  }

  private RopeScaling yarn(JsonFile rope) {
    if (theta() <= 1) {
      throw json.wrong("rope_theta", "more than 1, for yarn,");
    }
    String original = "original_max_position_embeddings";
    int positions = rope.integer(original, 1, Integer.MAX_VALUE, maxPositions);
    double factor =
        rope.has("factor") || !rope.has(original)
            ? rope.positive("factor")
            : (double) maxPositions / positions;
    double fast = orDefault(rope, "beta_fast", 32);
    double slow = orDefault(rope, "beta_slow", 1);
    if (fast <= slow) {
      throw rope.wrong("beta_fast", "more than beta_slow, which is " + slow + ",");
    }
    return new RopeScaling(
        RopeScaling.Type.YARN,
        factor,
        slow,
        fast,
        positions,
        attention(rope, factor),
        rope.flag("truncate", true));
  }

  /** Written as a number, or else as the paper on yarn suggests. */
  private static double attention(JsonFile rope, double factor) {
    if (rope.has("attention_factor")) {
      return rope.positive("attention_factor");
    }
    if (List.of("mscale", "mscale_all_dim").stream().anyMatch(rope::isEmpty)) {
      return sharpness(factor, 1);
    }
    return sharpness(factor, rope.positive("mscale"))
        / sharpness(factor, rope.positive("mscale_all_dim"));
  }

  private static double sharpness(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** Zero counts as absent. */
  private static double orDefault(JsonFile rope, String key, double fallback) {
    return rope.isEmpty(key) ? fallback : rope.positive(key);
  }
}
