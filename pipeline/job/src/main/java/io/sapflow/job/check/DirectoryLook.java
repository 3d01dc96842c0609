package io.sapflow.job.check;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.FlinkVersionFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** Whether a directory can be written and read, on any file system that Flink knows. */
final class DirectoryLook {

  private static final byte[] PROBE =
      "a look at what can be written here".getBytes(StandardCharsets.UTF_8);

  private DirectoryLook() {}

  /**
   * Writes, reads and deletes a file. A local directory that is not there yet is not made: what is
   * above it must take it.
   *
   * @param root as an option names it
   * @param expected what would be right
   * @param elsewhere whether the tasks may have the directory where this machine has none
   */
  static Finding at(String root, String expected, boolean elsewhere) {
    try {
      org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(root);
      if (path.getFileSystem().isDistributedFS()) {
        probe(new FlinkVersionFiles(root));
        return Finding.ok(root + " is written and read, shared", expected);
      }
      Path local = Path.of(path.getPath()).toAbsolutePath();
      if (Files.isDirectory(local)) {
        probe(new FlinkVersionFiles(root));
        return Finding.ok(
            root + " is written and read, on a file system of this machine", expected);
      }
      return elsewhere && !Files.exists(local)
          ? Finding.unseen(root + " is not on this machine", expected)
          : toBeMade(root, local, expected);
    } catch (IOException | RuntimeException e) {
      Finding told = Finding.fault(root + " cannot be written and read: " + e, expected);
      return elsewhere ? told.asWarning() : told;
    }
  }

  private static Finding toBeMade(String root, Path local, String expected) {
    Path above = local;
    while (!Files.exists(above) && above.getParent() != null) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above)) {
      return Finding.fault(root + ", but " + above + " is no directory", expected);
    }
    return Files.isWritable(above)
        ? Finding.ok(root + " is not there yet and can be made in " + above, expected)
        : Finding.fault(root + " is not there, and " + above + " cannot be written", expected);
  }

  private static void probe(VersionFiles files) throws IOException {
    String name = ".check-" + UUID.randomUUID();
    try {
      try (OutputStream out = files.create(name)) {
        out.write(PROBE);
      }
      try (InputStream in = files.open(name)) {
        if (!Arrays.equals(in.readNBytes(PROBE.length + 1), PROBE)) {
          throw new IOException("other bytes are read than were written");
        }
      }
    } finally {
      files.delete(name);
    }
  }
}
