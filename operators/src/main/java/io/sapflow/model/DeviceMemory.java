package io.sapflow.model;

/**
 * Memory of a device, in bytes.
 *
 * @param gpu whether it is a GPU
 * @param device its name
 * @param total all of it; of the CPU, what this process may use of the machine's
 * @param free of a GPU, what nobody uses now; of the CPU the same as {@code total}, because much of
 *     what is in use there is given up when it is asked for
 */
public record DeviceMemory(boolean gpu, String device, long total, long free) {

  /**
   * Looks at a device.
   *
   * @throws ModelException for a device that this machine does not have
   */
  public static DeviceMemory of(DeviceRequest asked) {
    return Devices.memory(asked);
  }

  /** What there is, such as {@code cuda:0 with 1,024 MiB free of 2,048 MiB}. */
  public String words() {
    return device
        + " with "
        + (gpu ? mebibytes(free) + " free of " + mebibytes(total) : mebibytes(total));
  }

  /** Bytes as text, such as {@code 1,024 MiB}. */
  public static String mebibytes(long bytes) {
    return String.format("%,d MiB", bytes >> 20);
  }
}
