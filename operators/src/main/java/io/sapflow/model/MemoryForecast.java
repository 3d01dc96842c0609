package io.sapflow.model;

/**
 * How much memory a process takes at most that trains one adapter and generates, in bytes. Figures
 * that show how well it foretells are in docs/models.md.
 *
 * @param process the virtual machine, its heap at rest and libtorch's libraries
 * @param weights the base model in the type it is held in
 * @param adapter the live state of one adapter and the vectors of a step
 * @param activations what the largest pass keeps for its gradients, and its largest transients
 * @param spare freed blocks that the C library keeps for later, since they lie between used ones
 */
public record MemoryForecast(
    long process, long weights, long adapter, long activations, long spare) {

  /** Measured on a model without size; the heap of a Flink TaskManager comes on top. */
  private static final long PROCESS = 300L << 20;

  /** Measured: a share of the activations, and the most of what does not grow with them. */
  private static final double SPARE_SHARE = 0.22;

  private static final long SPARE_MOST = 300L << 20;

  /** Vectors as long as W: itself, two moments, direction; gradient, W' and temporaries. */
  private static final int ADAPTER_VECTORS = 4;

  private static final int STEP_VECTORS = 6;

  /** Tensors of probe size: v and two moments. */
  private static final int PROBE_TENSORS = 3;

  /**
   * A batch in numbers.
   *
   * @param rows rows of tokens
   * @param length tokens of a row
   * @param targets tokens to predict in all rows together
   * @param pairs safety pairs of a direction pass, each two rows of the same length
   */
  public record Batch(int rows, int length, int targets, int pairs) {}

  /**
   * Foretells the peak for a model held in a type, adapters of one layout and batches of a size.
   *
   * @param way how the hidden probe's gradient is found
   * @param memory how passes bound the memory that they take
   * @param gpu whether on a GPU
   */
  public static MemoryForecast of(
      ModelConfig config,
      LoraLayout layout,
      ComputeType held,
      int hiddenProbeLayers,
      Batch batch,
      ProbeGradient way,
      PassMemory memory,
      boolean gpu) {
    long activations = Activations.peak(config, layout.spec(), held, batch, way, memory, gpu);
    return new MemoryForecast(
        PROCESS,
        parameters(config) * held.bytes(),
        4L * STEP_VECTORS * layout.size() + checkpointBytes(config, layout, hiddenProbeLayers),
        activations,
        (long) (SPARE_SHARE * activations) + Math.min(activations, SPARE_MOST));
  }

  /** How many values the weights have; a tied head counts once. */
  public static long parameters(ModelConfig config) {
    long sum = 0;
    for (long[] shape : config.expectedTensors().values()) {
      long size = 1;
      for (long dimension : shape) {
        size *= dimension;
      }
      sum += size;
    }
    return sum;
  }

  /** Bytes of one adapter's tensors in a checkpoint. */
  public static long checkpointBytes(ModelConfig config, LoraLayout layout, int hiddenProbeLayers) {
    return 4L * ADAPTER_VECTORS * layout.size()
        + 4L * PROBE_TENSORS * hiddenProbeLayers * config.hiddenSize();
  }

  /** All of it. */
  public long peak() {
    return process + weights + adapter + activations + spare;
  }

  /**
   * What of it lies on the device.
   *
   * @param gpu whether that is a GPU, where the process itself has no part
   */
  public long onDevice(boolean gpu) {
    return gpu ? peak() - process : peak();
  }
}
