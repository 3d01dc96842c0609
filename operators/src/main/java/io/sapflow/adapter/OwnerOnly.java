package io.sapflow.adapter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files and directories that nobody but their owner may read, whatever the process's umask: weights
 * and state tell what they were trained on. Where a file system has no such permissions, its own
 * rules hold.
 */
public final class OwnerOnly {

  private static final String FILE = "rw-------";
  private static final String DIRECTORY = "rwx------";

  private OwnerOnly() {}

  /** What a new file is made with. */
  public static FileAttribute<?>[] file(Path path) {
    return attributes(path, FILE);
  }

  /**
   * Makes a directory with those above it that are missing; those that are there stay as they are.
   */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, attributes(directory, DIRECTORY));
  }

  private static FileAttribute<?>[] attributes(Path path, String permissions) {
    return posix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean posix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
