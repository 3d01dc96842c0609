package io.sapflow.model;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The devices that libtorch computes on in this process. */
final class Devices {

  /** In the name of the directory that DJL's natives are unpacked to. */
  private static final Pattern FLAVOR = Pattern.compile("(?:^|-)(cpu|cu[0-9]+|mps)(?=-|$)");

  private Devices() {}

  /**
   * The device that was asked for; {@code auto} is the first CUDA device, or the CPU where there is
   * none.
   *
   * @throws ModelException for one that is not there, naming who asked for it and what is there
   */
  static TorchDevice find(DeviceRequest asked) {
    TorchRuntime.load();
    if (asked.name().equals(DeviceRequest.CPU)) {
      return TorchDevice.CPU;
    }
    int there = TorchRuntime.gpus();
    int usable = TorchRuntime.usesGpus() ? there : 0;
    if (asked.index() < usable) {
      return new TorchDevice(asked.index());
    }
    if (asked.name().equals(DeviceRequest.AUTO)) {
      return TorchDevice.CPU;
    }
    throw new ModelException(refusal(asked, there, usable, libtorch()));
  }

  /** What is said of a device that is not there. */
  static String refusal(DeviceRequest asked, int there, int usable, String libtorch) {
    String found =
        usable > 0
            ? usable + " CUDA devices, the last of them cuda:" + (usable - 1)
            : there + " CUDA devices" + (there > 0 ? " that it cannot use" : "");
    String right =
        usable > 0
            ? "one of them"
            : "a machine with this GPU and a libtorch with CUDA (PYTORCH_LIBRARY_PATH,"
                + " PYTORCH_VERSION, PYTORCH_FLAVOR), or cpu";
    return DeviceRequest.KEY
        + ": found "
        + asked.words()
        + ", where "
        + libtorch
        + " has "
        + found
        + ", expected "
        + right;
  }

  private static String libtorch() {
    Path directory = TorchRuntime.directory();
    return "libtorch "
        + TorchRuntime.version()
        + " ("
        + flavor(directory.getFileName().toString(), System.getenv("PYTORCH_FLAVOR"))
        + ", "
        + directory
        + ")";
  }

  /**
   * What a libtorch is built for.
   *
   * @param directory the name of its directory
   * @param told by who brought a libtorch of their own; null where nobody did
   */
  static String flavor(String directory, String told) {
    Matcher named = FLAVOR.matcher(directory);
    return named.find() ? named.group(1) : Optional.ofNullable(told).orElse("of no known flavor");
  }

  /**
   * Memory of a device.
   *
   * @throws ModelException for a device that is not there
   */
  static DeviceMemory memory(DeviceRequest asked) {
    TorchDevice device = find(asked);
    if (device.isGpu()) {
      // What this process has freed is free, but that the allocator keeps it.
      TorchRuntime.emptyGpuCache();
      MemoryUsage usage = TorchRuntime.memory(device);
      return new DeviceMemory(
          true, device.name(), usage.getMax(), usage.getMax() - usage.getUsed());
    }
    long total =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return new DeviceMemory(false, device.name(), total, total);
  }

  /** Gives memory of a model that was freed back to the system. */
  static void giveBack(TorchDevice device) {
    if (device.isGpu()) {
      TorchRuntime.emptyGpuCache();
    }
    NativeHeap.trim();
  }
}
