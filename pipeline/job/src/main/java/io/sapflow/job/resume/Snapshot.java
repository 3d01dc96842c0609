package io.sapflow.job.resume;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.flink.core.fs.Path;

/**
 * A completed checkpoint or savepoint.
 *
 * @param directory where it lies
 * @param id its number, which rises over the restarts of a job
 * @param time when it was completed, in milliseconds since 1970
 */
record Snapshot(Path directory, long id, long time) {

  /** The file that is written last, and in one piece: without it there is no snapshot. */
  static final String METADATA = "_metadata";

  /** Whether somebody asked for it; checkpoints are Flink's own, and go when there is a newer. */
  boolean savepoint() {
    return directory.getName().startsWith("savepoint-");
  }

  /** Such as {@code checkpoint 12 of 2026-01-31T10:00:00Z, file:/checkpoints/...}. */
  String describe() {
    return (savepoint() ? "savepoint " : "checkpoint ")
        + id
        + " of "
        + Instant.ofEpochMilli(time).truncatedTo(ChronoUnit.SECONDS)
        + ", "
        + directory;
  }
}
