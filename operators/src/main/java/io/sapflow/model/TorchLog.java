package io.sapflow.model;

import com.sun.jna.NativeLibrary;

/** What libtorch writes to standard error. */
final class TorchLog {

  /** {@code c10::initLogging()}; its name in the library is the same on Linux and macOS. */
  private static final String INIT_LOGGING = "_ZN3c1011initLoggingEv";

  private TorchLog() {}

  /**
   * Lets libtorch, once it is loaded, take its log level from {@code TORCH_CPP_LOG_LEVEL}: only its
   * Python bindings do that of themselves.
   */
  static void readLevel() {
    try {
      NativeLibrary.getInstance("c10").getFunction(INIT_LOGGING).invoke(new Object[0]);
    } catch (UnsatisfiedLinkError e) {
      // A build of libtorch without it says more than was asked for, and works all the same.
    }
  }
}
