package io.sapflow.ops.models;

import io.sapflow.local.stack.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Writes a directory whole or not at all. */
final class WholeDirectory {

  /** What the directory holds in the end. */
  interface Content {
    /** Writes it into a directory that is there and empty. */
    void writeTo(Path directory) throws IOException;
  }

  private WholeDirectory() {}

  /**
   * Writes the content into a work directory beside its place, from where it is moved at the end. A
   * failure, or Ctrl-C, leaves nothing behind.
   *
   * @param directory a new or empty directory; one that is there may be a mount, so it stays, and
   *     the work directory is inside
   */
  static void write(Path directory, Content content) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    boolean stays = Files.isDirectory(target);
    try (WorkDirectory work = WorkDirectory.createIn(stays ? target : target.getParent())) {
      Path made = Files.createDirectory(work.resolve("content"));
      content.writeTo(made);
      if (stays) {
        for (Path entry : entries(made)) {
          move(entry, target.resolve(entry.getFileName()));
        }
      } else {
        move(made, target);
      }
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
