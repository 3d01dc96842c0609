package io.sapflow.job.resume;

import io.sapflow.adapter.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.flink.core.fs.FileSystem;

/**
 * Holds a job's directory for one process, however that ends. Only a file system of this machine
 * has locks; on others two processes that run the same job are not noticed.
 */
public final class JobLock implements AutoCloseable {

  private static final String FILE = "lock";

  private final FileChannel channel; // null where there are no locks

  private JobLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws IllegalStateException if another process runs the job
   */
  public static JobLock take(String root, String job) {
    try {
      org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(root);
      FileSystem files = path.getFileSystem();
      if (files.isDistributedFS()) {
        return new JobLock(null);
      }
      Path file = Path.of(path.makeQualified(files).getPath(), job, FILE);
      OwnerOnly.createDirectories(file.getParent());
      return lock(file, job);
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static JobLock lock(Path file, String job) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new JobLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process.
    }
    channel.close();
    throw new IllegalStateException(
        "job " + job + " runs already: another process holds " + file + "; stop that one first");
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
