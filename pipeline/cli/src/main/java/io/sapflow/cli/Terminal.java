package io.sapflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at what is written. */
final class Terminal {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /**
   * Whether standard error is a terminal. The console tells of input and output only; where the
   * system shows what standard error is, a file or a pipe is none.
   */
  static boolean isStandardError() {
    return System.console() != null && isDevice(STANDARD_ERROR);
  }

  /** Whether a link leads to a terminal; so it is said of one that cannot be followed. */
  static boolean isDevice(Path link) {
    try {
      String to = Files.readSymbolicLink(link).toString();
      return to.startsWith("/dev/") && !to.equals("/dev/null");
    } catch (IOException | UnsupportedOperationException e) {
      return true;
    }
  }
}
