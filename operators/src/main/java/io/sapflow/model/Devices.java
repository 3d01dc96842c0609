package io.sapflow.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.cuda.CudaUtils;
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
  static Device find(DeviceRequest asked) {
    Engine torch = TorchRuntime.engine();
    if (asked.name().equals(DeviceRequest.CPU)) {
      return Device.cpu();
    }
    int there = torch.getGpuCount();
    int usable = torch.hasCapability(StandardCapabilities.CUDA) ? there : 0;
    if (asked.index() < usable) {
      return Device.gpu(asked.index());
    }
    if (asked.name().equals(DeviceRequest.AUTO)) {
      return Device.cpu();
    }
    throw new ModelException(refusal(asked, there, usable, libtorch(torch.getVersion())));
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

  private static String libtorch(String version) {
    Path directory = Path.of(LibUtils.getLibtorchPath());
    return "libtorch "
        + version
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
    Device device = find(asked);
    if (device.isGpu()) {
      // What this process has freed is free, but that the allocator keeps it.
      JniUtils.emptyCudaCache();
      MemoryUsage usage = CudaUtils.getGpuMemory(device);
      return new DeviceMemory(
          true, "cuda:" + device.getDeviceId(), usage.getMax(), usage.getMax() - usage.getUsed());
    }
    long total =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return new DeviceMemory(false, DeviceRequest.CPU, total, total);
  }

  /** Gives memory of a model that was freed back to the system. */
  static void giveBack(Device device) {
    if (device.isGpu()) {
      JniUtils.emptyCudaCache();
    }
    NativeHeap.trim();
  }
}
