package io.sapflow.lab.chaos;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Looks after the pointers of a running job, on a thread of its own. */
final class PointerWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(200);

  private final LatePointers late;
  private final TopicThread<AdapterVersion> thread;
  private long looked = System.nanoTime();

  /**
   * Begins.
   *
   * @param undisturbed whether the job runs and nothing is done to it
   */
  PointerWatch(String bootstrapServers, Path store, BooleanSupplier undisturbed) {
    late =
        new LatePointers(new PromotedPointer(new LocalVersionFiles(store))::promoted, undisturbed);
    thread =
        TopicThread.start(
            "pointer-watch",
            bootstrapServers,
            clients -> TopicReader.fromBeginning(clients, Topics.ADAPTERS),
            LOOK,
            AdapterVersion.class,
            late::see,
            this::look);
  }

  private void look() {
    long now = System.nanoTime();
    try {
      late.look(now - looked);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    looked = now;
  }

  /**
   * Ends it.
   *
   * @return what was late, in words
   * @throws RuntimeException why topic or store could not be watched
   */
  List<String> end() {
    thread.end();
    return late.faults();
  }

  @Override
  public void close() {
    thread.close();
  }
}
