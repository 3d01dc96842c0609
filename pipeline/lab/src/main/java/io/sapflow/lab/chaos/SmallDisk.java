package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own in memory, which can be filled; only root may mount one. */
final class SmallDisk implements AutoCloseable {

  private static final String SIZE = "size=512m";
  private static final String FILLER = ".filler";

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts one.
   *
   * @throws StackException saying why that cannot be done here
   */
  static SmallDisk mount(Path directory) {
    try {
      Files.createDirectories(directory);
      call("mount", "-t", "tmpfs", "-o", SIZE, "sapflow-chaos", directory.toString());
      return new SmallDisk(directory);
    } catch (IOException e) {
      throw new StackException("no disk could be mounted: " + e.getMessage(), e);
    }
  }

  /** Leaves no room. */
  void fill() {
    byte[] piece = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(directory.resolve(FILLER))) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException e) {
      // It is full.
    }
  }

  /** Makes room again. */
  void free() {
    try {
      Files.deleteIfExists(directory.resolve(FILLER));
    } catch (IOException e) {
      throw new StackException("the disk could not be freed: " + e.getMessage(), e);
    }
  }

  private static void call(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(said.strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    call("umount", "-l", directory.toString());
  }
}
