package io.sapflow.lab.chaos;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.UndecodableRecordException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Looks after the pointers of a running job, on a thread of its own. */
final class PointerWatch implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(200);

  private final String bootstrapServers;
  private final LatePointers late;
  private final RecordCodec<AdapterVersion> codec = RecordCodec.of(AdapterVersion.class);
  private final Thread thread = new Thread(this::run, "pointer-watch");
  private volatile boolean closed;
  private volatile RuntimeException failure;

  /**
   * Begins.
   *
   * @param undisturbed whether the job runs and nothing is done to it
   */
  PointerWatch(String bootstrapServers, Path store, BooleanSupplier undisturbed) {
    this.bootstrapServers = bootstrapServers;
    this.late =
        new LatePointers(new PromotedPointer(new LocalVersionFiles(store))::promoted, undisturbed);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    KafkaClients client =
        new KafkaClients(bootstrapServers, Map.of("reconnect.backoff.max.ms", "100"));
    try (TopicReader reader = TopicReader.fromBeginning(client, Topics.ADAPTERS)) {
      long before = System.nanoTime();
      while (!closed) {
        reader.poll(LOOK, this::see);
        long now = System.nanoTime();
        late.look(now - before);
        before = now;
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (IOException e) {
      failure = new UncheckedIOException(e);
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    try {
      late.see(codec.decode(record.value()));
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(record.topic() + " at offset " + record.offset(), e);
    }
  }

  /**
   * Ends it.
   *
   * @return what was late, in words
   * @throws RuntimeException why topic or store could not be watched
   */
  List<String> end() {
    close();
    if (failure != null) {
      throw failure;
    }
    if (thread.isAlive()) {
      throw new StackException("the pointers could not be watched: the broker gave no answer");
    }
    return late.faults();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
