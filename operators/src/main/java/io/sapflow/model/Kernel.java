package io.sapflow.model;

import java.util.function.Supplier;

/**
 * The TorchScript kernel for one base model, one LoRA layout and one set of layers with a hidden
 * probe.
 *
 * <p>The base model's tensors are shared with every other kernel of the process. A kernel may be
 * used by several threads at once, each with passes of its own.
 */
public final class Kernel implements AutoCloseable {

  private final KernelOptions options;
  private final ModelConfig config;
  private final LoraLayout layout;
  private final Supplier<float[]> start;
  private final ComputeType held;
  private final MicroBatches microBatches;
  private final boolean gpu;
  private final TorchModule module;

  Kernel(
      ModelConfig config,
      LoraLayout layout,
      KernelOptions options,
      Supplier<float[]> start,
      ComputeType stored,
      TorchDevice device) {
    this.config = config;
    this.layout = layout;
    this.options = options;
    this.start = start;
    this.held = stored;
    this.gpu = device.isGpu();
    this.microBatches = MicroBatches.of(config, layout.spec(), stored, options, gpu);
    this.module =
        TorchModule.load(device, KernelArchive.of(config, layout.spec(), options, stored));
  }

  /** The layout of the vector of LoRA tensors. */
  public LoraLayout layout() {
    return layout;
  }

  /** The model's configuration. */
  public ModelConfig config() {
    return config;
  }

  /** What this kernel was made for. */
  public KernelOptions options() {
    return options;
  }

  /** The type of the base model. */
  ComputeType held() {
    return held;
  }

  boolean onGpu() {
    return gpu;
  }

  /** Which rows of a batch go through a pass together. */
  MicroBatches microBatches() {
    return microBatches;
  }

  /** The LoRA vector of a fresh adapter: what the kernel was told to start from, or by a seed. */
  float[] initial(long seed) {
    return start == null ? layout.initial(seed) : start.get();
  }

  /** Opens a pass: a scope in which tensors are loaded and computed. */
  public KernelPass pass() {
    TorchRuntime.prepareThread();
    return new KernelPass(this, module.scope());
  }

  /** A tensor of zeros that lives until it is closed. */
  public Tensor tensor(long... shape) {
    return module.zeros(isWide(), shape);
  }

  /** A tensor for the LoRA vector, one of its moments or a direction. */
  public Tensor weights() {
    return tensor(weightCount());
  }

  long weightCount() {
    return Math.max(1, layout.size());
  }

  /** A tensor for the hidden probe or one of its moments, [P, H]. */
  public Tensor hiddenProbe() {
    return tensor(hiddenProbes(), config.hiddenSize());
  }

  long hiddenProbeCount() {
    return hiddenProbes() * config.hiddenSize();
  }

  private long hiddenProbes() {
    return Math.max(1, options.hiddenProbeLayers().length);
  }

  /** Whether its tensors hold doubles rather than floats. */
  boolean isWide() {
    return options.compute() == ComputeType.FLOAT64;
  }

  TorchModule module() {
    return module;
  }

  @Override
  public void close() {
    module.close();
  }
}
