package io.sapflow.model;

import java.util.Arrays;

/**
 * What a kernel is made for, besides the model.
 *
 * @param probeLayers 0-based layers whose output gets a probe vector, [P]
 * @param temperature divisor of the safety margin in the safety loss
 * @param compute the type of activations. With bfloat16, the passes by which the probe is found
 *     still compute in float32, and LoRA tensors, moments and the probe are float32; with float64
 *     all of them are float64
 * @param layout how the rows of a batch are laid out
 */
public record KernelOptions(
    int[] probeLayers, double temperature, ComputeType compute, RowLayout layout) {

  /** Checks the parts. */
  public KernelOptions {
    if (temperature <= 0) {
      throw new IllegalArgumentException(
          "sapflow.sap.temperature: found " + temperature + ", expected a number above 0");
    }
    probeLayers = probeLayers.clone();
    Arrays.sort(probeLayers);
  }

  /** For training in float32, rows packed. */
  public static KernelOptions training(int[] probeLayers, double temperature) {
    return new KernelOptions(probeLayers, temperature, ComputeType.FLOAT32, RowLayout.PACKED);
  }

  /** The same in another type of activations. */
  public KernelOptions in(ComputeType type) {
    return new KernelOptions(probeLayers, temperature, type, layout);
  }

  /** The same with rows laid out in another way. */
  public KernelOptions in(RowLayout other) {
    return new KernelOptions(probeLayers, temperature, compute, other);
  }

  /** Without a probe, for generation and scoring. */
  public static KernelOptions inference() {
    return new KernelOptions(new int[0], 1, ComputeType.FLOAT32, RowLayout.PADDED);
  }
}
