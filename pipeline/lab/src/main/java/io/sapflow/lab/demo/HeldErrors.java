package io.sapflow.lab.demo;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps what this process writes to standard error in a file, native libraries and the JVM itself
 * included, so that it does not run into a screen that is drawn; closing writes it out.
 */
final class HeldErrors implements AutoCloseable {

  private static final int STANDARD_ERROR = 2;
  private static final int OWNER_ONLY = 0600;

  /** The calls of the C library that exchange an open file. */
  private interface C extends Library {
    int creat(String path, int mode);

    int dup(int file);

    int dup2(int from, int to);

    int close(int file);
  }

  private final C c = Native.load("c", C.class);
  private final Path file;
  private final int before;

  private HeldErrors(Path file) {
    this.file = file;
    this.before = c.dup(STANDARD_ERROR);
    int held = c.creat(file.toString(), OWNER_ONLY);
    c.dup2(held, STANDARD_ERROR);
    c.close(held);
  }

  /** Holds standard error from now on. */
  static HeldErrors open(Path file) {
    return new HeldErrors(file);
  }

  @Override
  public void close() {
    c.dup2(before, STANDARD_ERROR);
    c.close(before);
    try {
      System.err.print(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
