package io.sapflow.model;

/**
 * How often the Java of a pass has moved values: to the device, and back. On a GPU either makes
 * this thread wait for what was begun on the device before it, so that each stands where it must.
 * Scalar arguments stay on the host and are no transfers.
 */
public final class Transfers {

  private int toDevice;
  private int toHost;

  void countToDevice() {
    toDevice++;
  }

  void countToHost() {
    toHost++;
  }

  /** Copies to the device. */
  public int toDevice() {
    return toDevice;
  }

  /** Tensors of which the values were read. */
  public int toHost() {
    return toHost;
  }
}
