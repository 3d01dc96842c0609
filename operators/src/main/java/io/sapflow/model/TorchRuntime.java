package io.sapflow.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * libtorch in this process.
 *
 * <p>Gradient mode, graph optimisation and the thread count are settings of each thread: every call
 * into the kernel sets them first, so that results do not depend on which thread runs it.
 */
public final class TorchRuntime {

  /**
   * System property: threads of one libtorch operation; the default is half of the processors, at
   * least one.
   */
  public static final String THREADS = "sapflow.model.threads";

  private static final int THREAD_COUNT =
      Integer.getInteger(THREADS, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  static {
    NoDownloads.tellDjl();
  }

  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private TorchRuntime() {}

  /** Threads of one libtorch operation. */
  public static int threads() {
    return THREAD_COUNT;
  }

  /**
   * The device named {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
   *
   * @throws ModelException for another name, or a device that this machine does not have
   */
  public static TorchDevice device(String name) {
    return Devices.find(DeviceRequest.of(name));
  }

  /**
   * Loads libtorch where this process has not yet.
   *
   * @throws ModelException in one line, if DJL cannot load it
   */
  static void load() {
    engine();
  }

  /** CUDA devices that are there. */
  static int gpus() {
    return engine().getGpuCount();
  }

  /** Whether this libtorch computes on CUDA devices. */
  static boolean usesGpus() {
    return engine().hasCapability(StandardCapabilities.CUDA);
  }

  /** Which libtorch it is, such as 2.7.1. */
  static String version() {
    return engine().getVersion();
  }

  /** Where its libraries lie. */
  static Path directory() {
    return Path.of(LibUtils.getLibtorchPath());
  }

  /** Memory of a CUDA device, in bytes: all of it, and what anybody uses. */
  static MemoryUsage memory(TorchDevice gpu) {
    return CudaUtils.getGpuMemory(djl(gpu));
  }

  /** Gives memory of CUDA devices that was freed, but that the allocator keeps, back. */
  static void emptyGpuCache() {
    JniUtils.emptyCudaCache();
  }

  private static Device djl(TorchDevice device) {
    return device.isGpu() ? Device.gpu(device.index()) : Device.cpu();
  }

  private static Engine engine() {
    return loaded(() -> Engine.getEngine("PyTorch"));
  }

  /**
   * What is loaded.
   *
   * @throws ModelException in one line, if DJL cannot load libtorch
   */
  static <T> T loaded(Supplier<T> loading) {
    try {
      return loading.get();
    } catch (EngineException e) {
      throw new ModelException(missingNatives().orElseGet(() -> cannotBeLoaded(e)), e);
    }
  }

  /** What is said of libtorch's jar where it is missing; empty if one of this platform is there. */
  static Optional<String> missingNatives() {
    // DJL's word for a platform that it would have to download.
    Platform platform = Platform.detectPlatform("pytorch");
    String libraries = System.getenv(NativesJar.LIBRARIES);
    return platform.isPlaceholder()
        ? Optional.of(
            NativesJar.missing(platform.getVersion(), platform.getClassifier(), libraries))
        : Optional.empty();
  }

  private static String cannotBeLoaded(EngineException failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return "libtorch: found none that can be loaded ("
        + root.toString().lines().findFirst().orElse("")
        + "), expected DJL's natives of this machine, as sapflow-flink-lib.zip holds them";
  }

  static PtNDManager manager(TorchDevice device) {
    prepareThread();
    return (PtNDManager) NDManager.newBaseManager(djl(device), "PyTorch");
  }

  static void prepareThread() {
    if (!PREPARED.get()) {
      engine();
      TorchLog.readLevel();
      // With the optimising executor on, numbers change between the first calls of a method and
      // later ones.
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setNumThreads(THREAD_COUNT);
      PREPARED.set(true);
    }
    JniUtils.setGradMode(true);
  }
}
