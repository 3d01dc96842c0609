package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.ProcessRun;
import io.sapflow.local.stack.CheckpointCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Waits for moments of a running job. */
final class MomentWatch {

  /** A moment that does not come within this time is not waited for. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private static final Duration LOOK = Duration.ofMillis(5);

  private final ProcessRun run;

  MomentWatch(ProcessRun run) {
    this.run = run;
  }

  /** Waits while a checkpoint is not being taken; whether it came to that. */
  boolean checkpoint() {
    return comes(
        () -> run.job().checkpointCounts().filter(counts -> counts.inProgress() > 0).isPresent());
  }

  /** Waits until a checkpoint has been completed; whether it came to that. */
  boolean commit() {
    long before = completed();
    return comes(() -> completed() > before);
  }

  /** How many checkpoints have been completed; 0, too, where nobody answers. */
  long completed() {
    return run.job().checkpointCounts().map(CheckpointCounts::completed).orElse(0L);
  }

  /** Waits until a version begins to be written; its adapter's id, empty if it did not. */
  Optional<String> version() {
    Set<Path> before = new HashSet<>(unfinished());
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      for (Path version : unfinished()) {
        if (!before.contains(version)) {
          return Optional.of(version.getParent().getFileName().toString());
        }
      }
      Thread.onSpinWait();
    }
    return Optional.empty();
  }

  /**
   * A version that is not whole yet stands in a directory whose name begins with a dot; beside the
   * adapters, what begins with a dot is none.
   */
  private List<Path> unfinished() {
    return list(run.store()).stream()
        .filter(adapter -> !adapter.getFileName().toString().startsWith("."))
        .flatMap(adapter -> list(adapter).stream())
        .filter(version -> version.getFileName().toString().startsWith("."))
        .toList();
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean comes(BooleanSupplier moment) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!moment.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Waiting.pause(LOOK);
    }
    return true;
  }
}
