package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Follows a topic on a thread of its own, over outages of the broker, until it is closed. */
final class TopicThread<T extends SpecificRecord> implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final Function<KafkaClients, TopicReader> open;
  private final Duration wait;
  private final RecordCodec<T> codec;
  private final Consumer<T> records;
  private final Runnable look;
  private final KafkaClients clients;
  private final Thread thread;
  private volatile boolean closed;
  private volatile RuntimeException failure;

  private TopicThread(
      String name,
      String bootstrapServers,
      Function<KafkaClients, TopicReader> open,
      Duration wait,
      Class<T> type,
      Consumer<T> records,
      Runnable look) {
    this.name = name;
    this.clients = new KafkaClients(bootstrapServers, Map.of("reconnect.backoff.max.ms", "100"));
    this.open = open;
    this.wait = wait;
    this.codec = RecordCodec.of(type);
    this.records = records;
    this.look = look;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Begins.
   *
   * @param open opens the topic
   * @param wait the longest time between two looks
   * @param records is given each record, and only then the next
   * @param look is called after each time that records may have come
   */
  static <T extends SpecificRecord> TopicThread<T> start(
      String name,
      String bootstrapServers,
      Function<KafkaClients, TopicReader> open,
      Duration wait,
      Class<T> type,
      Consumer<T> records,
      Runnable look) {
    TopicThread<T> started =
        new TopicThread<>(name, bootstrapServers, open, wait, type, records, look);
    started.thread.start();
    return started;
  }

  private void run() {
    try (TopicReader reader = open.apply(clients)) {
      while (!closed) {
        reader.poll(wait, this::see);
        look.run();
      }
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    try {
      records.accept(codec.decode(record.value()));
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(record.topic() + " at offset " + record.offset(), e);
    }
  }

  /**
   * Ends it.
   *
   * @throws RuntimeException why the topic could not be followed until now
   */
  void end() {
    close();
    if (failure != null) {
      throw failure;
    }
    if (thread.isAlive()) {
      throw new StackException(name + ": the broker gives no answer");
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(END_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
