package io.sapflow.job.check;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.CheckpointOptions;

/** Whether checkpoints can be written and read, and whether a start would begin with one. */
record CheckpointsCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a directory to write ("
          + CheckpointOptions.DIRECTORY.key()
          + "), under the same name on every machine of a cluster";

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public Finding look() {
    String root = subject.checkpoints();
    if (root == null) {
      return Finding.ok("none named: the cluster's own is taken", EXPECTED);
    }
    Finding files = DirectoryLook.at(root, EXPECTED, subject.purpose().elsewhere());
    if (!files.ok() || subject.purpose() != Purpose.LOOK || !subject.hasBrokers()) {
      return files;
    }
    try {
      String start = subject.start().words();
      String warnings = String.join("; ", subject.warnings());
      return Finding.ok(
          files.found() + "; " + start + (warnings.isEmpty() ? "" : "; " + warnings), EXPECTED);
    } catch (StackException e) {
      // What the brokers refuse is told by the checks that ask them.
      return Finding.ok(files.found() + "; where a start would begin was not told", EXPECTED);
    } catch (RuntimeException e) {
      if (!subject.namesCheckpoints()) {
        return Finding.unseen(
            CheckpointOptions.DIRECTORY.key()
                + " is not set, and what a cluster has of its own is not known here; "
                + e.getMessage(),
            EXPECTED);
      }
      return Finding.told(e, EXPECTED);
    }
  }
}
