package io.sapflow.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a kernel is made for, besides the model.
 *
 * @param hiddenProbeLayers 0-based layers whose output gets a vector of the hidden probe, each
 *     once, [P]
 * @param hiddenProbeRelative whether the hidden probe is in units of the root mean square of the
 *     hidden state that it is added to; else it is added as it is
 * @param temperature divisor of the safety margin in the safety loss
 * @param compute the type of activations; LoRA tensors, moments and the hidden probe are float32,
 *     with float64 they are float64
 * @param passes the type of activations in the two passes by which the hidden probe is found, which
 *     bfloat16 cannot tell apart
 * @param layout how the rows of a batch are laid out
 * @param memory how passes bound the memory that they take
 */
public record KernelOptions(
    int[] hiddenProbeLayers,
    boolean hiddenProbeRelative,
    double temperature,
    ComputeType compute,
    ComputeType passes,
    RowLayout layout,
    PassMemory memory) {

  /** Batches go through whole. */
  public KernelOptions(
      int[] hiddenProbeLayers,
      boolean hiddenProbeRelative,
      double temperature,
      ComputeType compute,
      ComputeType passes,
      RowLayout layout) {
    this(
        hiddenProbeLayers,
        hiddenProbeRelative,
        temperature,
        compute,
        passes,
        layout,
        PassMemory.WHOLE);
  }

  /** Checks the parts. */
  public KernelOptions {
    if (temperature <= 0) {
      throw new IllegalArgumentException(
          "sapflow.sap.temperature: found " + temperature + ", expected a number above 0");
    }
    hiddenProbeLayers = hiddenProbeLayers.clone();
    Arrays.sort(hiddenProbeLayers);
    for (int i = 1; i < hiddenProbeLayers.length; i++) {
      if (hiddenProbeLayers[i] == hiddenProbeLayers[i - 1]) {
        throw new IllegalArgumentException(
            "sapflow.sap.probe-layers: found layer "
                + hiddenProbeLayers[i]
                + " twice, expected each layer once");
      }
    }
  }

  /**
   * The layers to put a hidden probe on where nobody names any: at a sixth and at half of the
   * depth, which is one and the same in a model of one layer.
   *
   * @param layers the model's depth
   */
  public static int[] defaultProbeLayers(int layers) {
    return IntStream.of(layers / 6, layers / 2).distinct().toArray();
  }

  /**
   * Checks that they fit a model.
   *
   * @throws ModelException naming a layer with a hidden probe that the model does not have
   */
  public void check(ModelConfig config) {
    for (int layer : hiddenProbeLayers) {
      if (layer < 0 || layer >= config.layers()) {
        throw new ModelException(
            "sapflow.sap.probe-layers: found layer "
                + layer
                + ", expected 0 to "
                + (config.layers() - 1));
      }
    }
  }

  /** For training in float32, rows packed, with a hidden probe that is added as it is. */
  public static KernelOptions training(int[] hiddenProbeLayers, double temperature) {
    return new KernelOptions(
        hiddenProbeLayers,
        false,
        temperature,
        ComputeType.FLOAT32,
        ComputeType.FLOAT32,
        RowLayout.PACKED);
  }

  /** The same with a hidden probe in units of the hidden state, or one that is added as it is. */
  public KernelOptions hiddenProbeRelative(boolean relative) {
    return new KernelOptions(
        hiddenProbeLayers, relative, temperature, compute, passes, layout, memory);
  }

  /** The same in another type of activations. */
  public KernelOptions in(ComputeType type) {
    return in(type, type.precise());
  }

  /** The same in another type of activations, and in another in the hidden probe's passes. */
  public KernelOptions in(ComputeType type, ComputeType inPasses) {
    return new KernelOptions(
        hiddenProbeLayers, hiddenProbeRelative, temperature, type, inPasses, layout, memory);
  }

  /** The same with rows laid out in another way. */
  public KernelOptions in(RowLayout other) {
    return new KernelOptions(
        hiddenProbeLayers, hiddenProbeRelative, temperature, compute, passes, other, memory);
  }

  /** The same with another bound on memory. */
  public KernelOptions in(PassMemory bound) {
    return new KernelOptions(
        hiddenProbeLayers, hiddenProbeRelative, temperature, compute, passes, layout, bound);
  }

  /** Without a hidden probe, for generation and scoring. */
  public static KernelOptions inference() {
    return new KernelOptions(
        new int[0], false, 1, ComputeType.FLOAT32, ComputeType.FLOAT32, RowLayout.PADDED);
  }
}
