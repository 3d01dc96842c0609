package io.sapflow.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that training has made of one adapter: LoRA weights, the hidden probe, the moments of both,
 * the harmful direction, and how many updates they had. Restoring these numbers restores the
 * training to the bit.
 */
public final class AdapterState implements AutoCloseable {

  /** Stored name of the LoRA vector. */
  public static final String WEIGHTS = "weights";

  /** The scalars beside the tensors. */
  public record Counters(long updates, long hiddenProbeUpdates, boolean hasDirection) {
    /** Of a fresh adapter. */
    public static final Counters FRESH = new Counters(0, 0, false);
  }

  private final Tensor weights;
  private final Tensor weightMean;
  private final Tensor weightSquare;
  private final Tensor direction;
  private final Tensor hiddenProbe;
  private final Tensor hiddenProbeMean;
  private final Tensor hiddenProbeSquare;
  private Counters counters = Counters.FRESH;

  private AdapterState(Kernel kernel) {
    weights = kernel.weights();
    weightMean = kernel.weights();
    weightSquare = kernel.weights();
    direction = kernel.weights();
    hiddenProbe = kernel.hiddenProbe();
    hiddenProbeMean = kernel.hiddenProbe();
    hiddenProbeSquare = kernel.hiddenProbe();
  }

  /** An adapter of zeros: fill it through {@link #tensors} or {@link #fresh}. */
  public static AdapterState empty(Kernel kernel) {
    return new AdapterState(kernel);
  }

  /** A fresh adapter: as the kernel's adapters start, or initialised as PEFT does from a seed. */
  public static AdapterState fresh(Kernel kernel, long seed) {
    float[] start = kernel.initial(seed);
    AdapterState state = new AdapterState(kernel);
    state.weights.set(start);
    return state;
  }

  /** Bytes that the tensors of one adapter take in the device's memory. */
  public static long bytes(Kernel kernel) {
    return (kernel.isWide() ? Double.BYTES : Float.BYTES)
        * (4 * kernel.weightCount() + 3 * kernel.hiddenProbeCount());
  }

  /** The LoRA vector W, [n]. */
  public Tensor weights() {
    return weights;
  }

  /** AdamW's first moment of W, [n]. */
  public Tensor weightMean() {
    return weightMean;
  }

  /** AdamW's second moment of W, [n]. */
  public Tensor weightSquare() {
    return weightSquare;
  }

  /**
   * The harmful direction d, a unit vector, [n]; zero while {@link Counters#hasDirection} is false.
   */
  public Tensor direction() {
    return direction;
  }

  /** The hidden probe v, [P, H]. */
  public Tensor hiddenProbe() {
    return hiddenProbe;
  }

  /** AdamW's first moment of v, [P, H]. */
  public Tensor hiddenProbeMean() {
    return hiddenProbeMean;
  }

  /** AdamW's second moment of v, [P, H]. */
  public Tensor hiddenProbeSquare() {
    return hiddenProbeSquare;
  }

  /** How many updates W and v had, and whether there is a direction. */
  public Counters counters() {
    return counters;
  }

  /** Sets the scalars. */
  public void counters(Counters counters) {
    this.counters = counters;
  }

  /** Every tensor by its stored name, in a fixed order. */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put(WEIGHTS, weights);
    all.put("weights.exp_avg", weightMean);
    all.put("weights.exp_avg_sq", weightSquare);
    all.put("direction", direction);
    all.put("probe", hiddenProbe);
    all.put("probe.exp_avg", hiddenProbeMean);
    all.put("probe.exp_avg_sq", hiddenProbeSquare);
    return all;
  }

  @Override
  public void close() {
    tensors().values().forEach(Tensor::close);
  }
}
