package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one run. Closing it closes what was registered with {@link #own}, last first,
 * and deletes the directory; a JVM that ends without closing it, by Ctrl-C for one, closes it then.
 * A JVM that is halted or killed, by a second Ctrl-C for one, leaves it.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkDirectory.class);

  private final Path path;
  private final Thread hook = new Thread(this::release, "work-directory");
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private boolean released;

  private WorkDirectory(Path path) {
    this.path = path;
  }

  /** A new directory under {@code java.io.tmpdir}. */
  public static WorkDirectory create() {
    return createIn(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** A new directory in {@code parent}, which is made if missing and stays. */
  public static WorkDirectory createIn(Path parent) {
    try {
      Files.createDirectories(parent);
      WorkDirectory made =
          new WorkDirectory(Files.createTempDirectory(parent, "sapflow-").toAbsolutePath());
      Runtime.getRuntime().addShutdownHook(made.hook);
      return made;
    } catch (IOException e) {
      throw new StackException("no work directory can be made in " + parent + ": " + e, e);
    }
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /** The path of a file or directory in it; not created. */
  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Registers what must be closed before the directory goes: a broker, a cluster, a client. */
  public synchronized <T extends AutoCloseable> T own(T child) {
    if (released) {
      closeQuietly(child);
      throw new StackException("the run has ended: " + path + " is deleted");
    }
    owned.push(child);
    return child;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs anyway, and whoever comes second finds nothing to do.
    }
    release();
  }

  private synchronized void release() {
    if (released) {
      return;
    }
    released = true;
    while (!owned.isEmpty()) {
      closeQuietly(owned.pop());
    }
    try {
      delete(path);
    } catch (IOException e) {
      LOG.warn("The work directory {} cannot be deleted: {}", path, e.toString());
    }
  }

  private static void closeQuietly(AutoCloseable child) {
    try {
      child.close();
    } catch (Exception e) {
      LOG.warn("{} did not close: {}", child, e.toString());
    }
  }

  private static void delete(Path root) throws IOException {
    try {
      Files.walkFileTree(root, new Deletion());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Deletes a tree; files that vanish meanwhile are fine, links are not followed. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
      Files.deleteIfExists(dir);
      return FileVisitResult.CONTINUE;
    }
  }
}
