package io.sapflow.job.resume;

import io.sapflow.adapter.OwnerOnly;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.StateRecoveryOptions;
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

  /** Names of topics, at most 249 characters each, and a URI. */
  private static final int MOST_MARKER_BYTES = 16_000;

  /** How many topics a job had when starts began to name them. */
  private static final int TOPICS_AT_FIRST = 9;

  private static final String SAVEPOINTS = "savepoints";
  private static final Pattern START = Pattern.compile("start-([0-9]{1,9})");

  private final Path job;
  private final FileSystem files;

  /**
   * A job's directory; it need not exist.
   *
   * @param root the directory of all jobs
   */
  StateDirectory(Path root, String name) {
    try {
      this.files = root.getFileSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(root + ": cannot be opened: " + e.getMessage(), e);
    }
    this.job = new Path(root.makeQualified(files), name);
  }

  /** The directory itself. */
  Path path() {
    return job;
  }

  /** The directory of the last start; empty before the first. */
  Optional<Path> current() {
    return starts().stream().max(Comparator.comparingLong(StateDirectory::number));
  }

  private List<Path> starts() {
    return list(job).stream().filter(path -> number(path) > 0).toList();
  }

  /** Whether a start is the job's first. */
  static boolean isFirst(Path start) {
    return number(start) == 1;
  }

  /** The directory that the next start would have. */
  Path next() {
    return new Path(job, "start-" + (current().map(StateDirectory::number).orElse(0L) + 1));
  }

  /**
   * From here on, the snapshots of this start count and no earlier ones.
   *
   * @param line names this start and those that go on from it
   * @param topics that it reads and writes
   * @param once by what it is known when it is asked for again; null for nothing
   */
  void begin(Path start, String line, TopicNames topics, String once) {
    try {
      if (files.isDistributedFS()) {
        files.mkdirs(start);
      } else {
        // Flink writes checkpoints and savepoints as the umask says: nobody else gets to them.
        OwnerOnly.createDirectories(java.nio.file.Path.of(start.getPath()));
      }
      try (OutputStream out =
          files.create(new Path(start, MARKER), FileSystem.WriteMode.OVERWRITE)) {
        String names = String.join(" ", topics.of(List.of(Topic.values())));
        out.write(
            String.join("\n", Instant.now().toString(), line, names, once == null ? "" : once, "")
                .getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(start + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** What {@link #begin} has named a start; empty where it has not begun. */
  Optional<String> line(Path start) {
    // One that began before starts were named is known by where and when it did.
    return marker(start).map(lines -> lines.length > 1 ? lines[1] : start + " " + lines[0]);
  }

  /**
   * What the topics of a start are called, as far as it knows them; empty where it has not begun.
   */
  Optional<Map<Topic, String>> topics(Path start) {
    return marker(start).map(StateDirectory::topics);
  }

  /** The last start that began so, as {@link #begin} was told; empty if none has. */
  Optional<Path> begun(String once) {
    return starts().stream()
        .filter(start -> marker(start).filter(lines -> isOnce(once, lines)).isPresent())
        .max(Comparator.comparingLong(StateDirectory::number));
  }

  private static boolean isOnce(String once, String... lines) {
    // Earlier releases wrote no such line.
    return lines.length > 3 && lines[3].equals(once);
  }

  /**
   * The topics of the start that a checkpoint or savepoint is of, wherever it lies; empty where
   * nothing there tells.
   *
   * @param snapshot its directory, or the file of its metadata
   */
  static Optional<Map<Topic, String>> topicsOf(Path snapshot) {
    return startOf(snapshot)
        .flatMap(
            start -> {
              try {
                return marker(start.getFileSystem(), start).map(StateDirectory::topics);
              } catch (IOException | IllegalArgumentException e) {
                return Optional.empty();
              }
            });
  }

  /** Where the start of a checkpoint or savepoint lies, if that is of one. */
  static Optional<Path> startOf(Path snapshot) {
    Path directory = snapshot.getName().equals(Snapshot.METADATA) ? snapshot.getParent() : snapshot;
    return Optional.ofNullable(directory).map(Path::getParent).map(Path::getParent);
  }

  private static Map<Topic, String> topics(String... lines) {
    String[] names = lines.length > 2 ? lines[2].split(" ") : new String[0];
    if (names.length < TOPICS_AT_FIRST) {
      // One that began before starts had other topics had these.
      return TopicNames.DEFAULT.names();
    }
    // One that began before there was a topic has no name for it.
    Map<Topic, String> known = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.values()) {
      if (topic.ordinal() < names.length) {
        known.put(topic, names[topic.ordinal()]);
      }
    }
    return known;
  }

  private Optional<String[]> marker(Path start) {
    try {
      return marker(files, start);
    } catch (IOException e) {
      throw new UncheckedIOException(
          new Path(start, MARKER) + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static Optional<String[]> marker(FileSystem files, Path start) throws IOException {
    Path marker = new Path(start, MARKER);
    if (!files.exists(marker)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(marker)) {
      byte[] bytes = in.readNBytes(MOST_MARKER_BYTES);
      return Optional.of(new String(bytes, StandardCharsets.UTF_8).split("\n"));
    }
  }

  /** Where the savepoints of a start lie. */
  static Path savepoints(Path start) {
    return new Path(start, SAVEPOINTS);
  }

  /**
   * The newest snapshot of the last start. Within a start the numbers rise over all that goes on
   * from one another, whatever becomes of the files' times; these decide only between equals.
   *
   * @throws IllegalArgumentException if one cannot be read, because that might be the newest
   */
  Optional<Snapshot> latest() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (Path parent : current().map(this::list).orElse(List.of())) {
      for (Path directory : list(parent)) {
        metadata(directory).map(this::read).ifPresent(snapshots::add);
      }
    }
    return snapshots.stream()
        .max(Comparator.comparingLong(Snapshot::id).thenComparingLong(Snapshot::time));
  }

  private static long number(Path start) {
    Matcher name = START.matcher(start.getName());
    return name.matches() ? Long.parseLong(name.group(1)) : 0;
  }

  /** An empty file is none: some file systems show one before it is written. */
  private Optional<FileStatus> metadata(Path directory) {
    return status(directory).stream()
        .filter(file -> file.getPath().getName().equals(Snapshot.METADATA))
        .filter(file -> !file.isDir() && file.getLen() > 0)
        .findFirst();
  }

  private Snapshot read(FileStatus metadata) {
    Path directory = metadata.getPath().getParent();
    try (DataInputStream in = new DataInputStream(files.open(metadata.getPath()))) {
      long id =
          Checkpoints.loadCheckpointMetadata(
                  in, StateDirectory.class.getClassLoader(), directory.toString())
              .getCheckpointId();
      return new Snapshot(directory, id, metadata.getModificationTime());
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          metadata.getPath()
              + ": cannot be read, and may be of the newest checkpoint: "
              + e.getMessage()
              + "; make it readable, or delete it to go on from the one before, or name where to"
              + " begin with -D"
              + StateRecoveryOptions.SAVEPOINT_PATH.key()
              + "=URI",
          e);
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
