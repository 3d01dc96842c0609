package io.sapflow.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that a command writes. */
final class OutFile {

  private OutFile() {}

  /** Refuses a file that exists, and one without a directory to stand in. */
  static void check(Path out) {
    if (Files.exists(out)) {
      throw exists(out);
    }
    Path parent = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new UsageException(
          "--out: found no directory " + parent + ", expected one to write into");
    }
  }

  /** Writes a new file; one that cannot be written is refused. */
  static void write(Path out, byte[] bytes) {
    try {
      Files.write(out, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw exists(out);
    } catch (IOException e) {
      throw new UsageException(
          "--out: cannot write " + out + " (" + e + "), expected a place to write to");
    }
  }

  private static UsageException exists(Path out) {
    return new UsageException("--out: found " + out + ", expected a new file");
  }
}
