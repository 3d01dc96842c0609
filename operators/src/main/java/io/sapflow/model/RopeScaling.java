package io.sapflow.model;

/**
 * How RoPE's frequencies are scaled for texts longer than those the base was trained with, as the
 * transformers library does it.
 *
 * @param type which way
 * @param factor what frequencies are divided by, where they are
 * @param lowFreqFactor turns within the original context up to which a frequency is divided:
 *     llama3's low_freq_factor, yarn's beta_slow; 0 for the other types
 * @param highFreqFactor turns from which on it is kept: llama3's high_freq_factor, yarn's
 *     beta_fast; those between are blended
 * @param originalMaxPositions context length the base was trained with, in tokens
 * @param attentionFactor yarn's factor on queries and keys once turned; 1 for the other types
 * @param truncate whether yarn's blended band reaches out to whole dimensions
 */
public record RopeScaling(
    Type type,
    double factor,
    double lowFreqFactor,
    double highFreqFactor,
    int originalMaxPositions,
    double attentionFactor,
    boolean truncate) {

  /** The ways. */
  public enum Type {
    /** High frequencies are kept, low ones divided by the factor, those between blended. */
    LLAMA3,
    /** All frequencies are divided by the factor. */
    LINEAR,
    /** Frequencies change with the length of a text that exceeds the context, and only then. */
    DYNAMIC,
    /** As LLAMA3 with another blend, linear in the dimension; and attention is sharpened. */
    YARN
  }

  /** Of type llama3. */
  static RopeScaling llama3(double factor, double low, double high, int original) {
    return new RopeScaling(Type.LLAMA3, factor, low, high, original, 1, false);
  }

  /** Of type linear or dynamic. */
  static RopeScaling plain(Type type, double factor, int original) {
    return new RopeScaling(type, factor, 0, 0, original, 1, false);
  }

  /**
   * The ends of yarn's blended band: up to the first dimension frequencies are kept, from the
   * second on they are divided.
   *
   * @param dimensions of a head
   */
  double[] band(int dimensions, double theta) {
    double first = dimension(highFreqFactor, dimensions, theta);
    double last = dimension(lowFreqFactor, dimensions, theta);
    first = Math.max(0, truncate ? Math.floor(first) : first);
    last = Math.min(dimensions - 1, truncate ? Math.ceil(last) : last);
    return new double[] {first, first == last ? last + 0.001 : last};
  }

  /** The dimension whose frequency makes so many turns within the original context. */
  private double dimension(double turns, int dimensions, double theta) {
    return dimensions
        * Math.log(originalMaxPositions / (turns * 2 * Math.PI))
        / (2 * Math.log(theta));
  }
}
