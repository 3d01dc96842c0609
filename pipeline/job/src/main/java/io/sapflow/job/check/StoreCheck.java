package io.sapflow.job.check;

import io.sapflow.job.JobStart;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.writer.NotTheWriterException;
import java.io.UncheckedIOException;
import org.apache.flink.configuration.Configuration;

/**
 * Whether the store of versions can be written, and whether no other live job writes it or the
 * topics. A start looks for such a job by itself, with its own words.
 */
record StoreCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a directory to write (" + AdapterOptions.STORE.key() + "), with no other live writer";

  @Override
  public String name() {
    return "store";
  }

  @Override
  public Finding look() {
    Finding files =
        DirectoryLook.at(
            subject.settings().get(AdapterOptions.STORE), EXPECTED, subject.purpose().elsewhere());
    if (!files.ok() || subject.purpose() != Purpose.LOOK) {
      return files;
    }
    // A cluster's job is not told from another one where its checkpoints are not known.
    if (!subject.hasBrokers() || !(subject.hasStart() || subject.namesCheckpoints())) {
      return Finding.ok(files.found() + "; whether another job writes was not asked", EXPECTED);
    }
    try {
      JobStart.asWriter(asStarted());
      return Finding.ok(files.found() + "; no other job writes", EXPECTED);
    } catch (NotTheWriterException | UncheckedIOException e) {
      return Finding.told(e, EXPECTED);
    }
  }

  /** The job's own writer of before is none beside it. */
  private Configuration asStarted() {
    try {
      return subject.start().complete(subject.configuration());
    } catch (RuntimeException e) {
      return subject.configuration(); // What is wrong with the start is the checkpoints' matter.
    }
  }
}
