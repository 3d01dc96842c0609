package io.sapflow.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A directory that a command writes into. */
final class OutDirectory {

  private OutDirectory() {}

  /** Refuses a directory with something in it. */
  static void check(Path out) {
    if (!Files.exists(out)) {
      return;
    }
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.findAny().isPresent()) {
        throw new UsageException(
            "--out: found files in " + out + ", expected an empty or a new directory");
      }
    } catch (IOException e) {
      throw new UsageException("--out: found " + out + ", expected a directory");
    }
  }
}
