package io.sapflow.pipeline.resume;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * The checkpoints and savepoints of one job, on any file system that Flink knows. Each fresh start
 * has a directory {@code start-N} with what came of it: {@code JOB-ID/chk-K} and {@code
 * savepoints/savepoint-...}. Only the last start counts, so beginning anew is the one file that
 * makes the next directory; what came before stays as it is.
 */
final class StateDirectory {

  /** Made first in the directory of a start; object stores have no empty directories. */
  private static final String MARKER = "_started";

  private static final String SAVEPOINTS = "savepoints";
  private static final Pattern START = Pattern.compile("start-([0-9]{1,9})");

  private final Path job;
  private final FileSystem files;
  private final Consumer<String> warnings;

  /**
   * A job's directory; it need not exist.
   *
   * @param root the directory of all jobs
   * @param warnings is told of a snapshot that cannot be read
   */
  StateDirectory(Path root, String name, Consumer<String> warnings) {
    try {
      this.files = root.getFileSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": cannot be opened: " + e.getMessage(), e);
    }
    this.job = new Path(root.makeQualified(files), name);
    this.warnings = warnings;
  }

  /** The directory itself. */
  Path path() {
    return job;
  }

  /** The directory of the last start; empty before the first. */
  Optional<Path> current() {
    return list(job).stream()
        .filter(path -> number(path) > 0)
        .max(Comparator.comparingLong(StateDirectory::number));
  }

  /** The directory that the next start would have. */
  Path next() {
    return new Path(job, "start-" + (current().map(StateDirectory::number).orElse(0L) + 1));
  }

  /** From here on, the snapshots of this start count and no earlier ones. */
  void begin(Path start) {
    try {
      files.mkdirs(start);
      try (OutputStream out =
          files.create(new Path(start, MARKER), FileSystem.WriteMode.OVERWRITE)) {
        out.write((Instant.now() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(start + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Where the savepoints of a start lie. */
  static Path savepoints(Path start) {
    return new Path(start, SAVEPOINTS);
  }

  /**
   * The newest snapshot of the last start; of several that are equally old to the file system, the
   * one with the highest number.
   */
  Optional<Snapshot> latest() {
    List<FileStatus> candidates = new ArrayList<>();
    for (Path parent : current().map(this::list).orElse(List.of())) {
      for (Path directory : list(parent)) {
        metadata(directory).ifPresent(candidates::add);
      }
    }
    candidates.sort(Comparator.comparingLong(FileStatus::getModificationTime).reversed());
    Snapshot newest = null;
    for (FileStatus candidate : candidates) {
      if (newest != null && candidate.getModificationTime() < newest.time()) {
        break;
      }
      Snapshot read = read(candidate);
      if (read != null && (newest == null || read.id() > newest.id())) {
        newest = read;
      }
    }
    return Optional.ofNullable(newest);
  }

  private static long number(Path start) {
    Matcher name = START.matcher(start.getName());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  private Optional<FileStatus> metadata(Path directory) {
    return status(directory).stream()
        .filter(file -> file.getPath().getName().equals(Snapshot.METADATA) && !file.isDir())
        .findFirst();
  }

  /** What is not whole was never completed: whoever wrote it was killed meanwhile. */
  private Snapshot read(FileStatus metadata) {
    Path directory = metadata.getPath().getParent();
    try (DataInputStream in = new DataInputStream(files.open(metadata.getPath()))) {
      long id =
          Checkpoints.loadCheckpointMetadata(
                  in, StateDirectory.class.getClassLoader(), directory.toString())
              .getCheckpointId();
      return new Snapshot(directory, id, metadata.getModificationTime());
    } catch (IOException | RuntimeException e) {
      warnings.accept(metadata.getPath() + ": passed over, it cannot be read: " + e.getMessage());
      return null;
    }
  }

  private List<Path> list(Path directory) {
    return status(directory).stream().filter(FileStatus::isDir).map(FileStatus::getPath).toList();
  }

  private List<FileStatus> status(Path directory) {
    try {
      if (!files.exists(directory)) {
        return List.of();
      }
      FileStatus[] entries = files.listStatus(directory);
      return entries == null ? List.of() : Arrays.asList(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": cannot be listed: " + e.getMessage(), e);
    }
  }
}
