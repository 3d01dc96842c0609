package io.sapflow.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
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
  public static Device device(String name) {
    return Devices.find(DeviceRequest.of(name));
  }

  static Engine engine() {
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
      throw new ModelException(NativesJar.missing().orElseGet(() -> cannotBeLoaded(e)), e);
    }
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

  static PtNDManager manager(Device device) {
    prepareThread();
    return (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
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
