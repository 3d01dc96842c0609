package io.sapflow.model;

/**
 * A device that libtorch computes on.
 *
 * @param index which of the CUDA devices; -1 for the CPU
 */
public record TorchDevice(int index) {

  static final TorchDevice CPU = new TorchDevice(-1);

  /** Whether it is a CUDA device. */
  public boolean isGpu() {
    return index >= 0;
  }

  /** Such as {@code cuda:0}. */
  String name() {
    return isGpu() ? "cuda:" + index : DeviceRequest.CPU;
  }
}
