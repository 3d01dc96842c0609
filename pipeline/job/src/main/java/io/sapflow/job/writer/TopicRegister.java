package io.sapflow.job.writer;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.TopicNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The offset that one group has committed for the steps topic: its number is the generation, its
 * text the entry. It is committed in transactions of one id, so that the brokers fence everybody
 * but the last who has opened that id; what he reads then is what he replaces.
 */
final class TopicRegister implements WriterRegister {

  private static final int LIMIT = (int) Duration.ofSeconds(20).toMillis();

  /** A lost connection is noticed well before others would take the writer for dead. */
  private static final int REQUEST_LIMIT = (int) Duration.ofSeconds(3).toMillis();

  private final KafkaClients clients;

  /** The group, and the transactional id. */
  private final String id;

  private final TopicPartition place;
  private final String key;
  private final Admin admin;

  /** Null while another may have opened the id after this one. */
  private KafkaProducer<byte[], byte[]> producer;

  /**
   * The register of a job's topics on a broker.
   *
   * @param topics of which those with one steps topic have one register
   * @param key of the option by which the topics are others
   */
  TopicRegister(KafkaClients clients, TopicNames topics, String key) {
    this.clients = clients;
    this.id = WriterLeases.id(topics);
    this.place = new TopicPartition(WriterLeases.topic(topics), 0);
    this.key = key;
    this.admin =
        Admin.create(
            clients.admin(
                Map.of("request.timeout.ms", REQUEST_LIMIT, "default.api.timeout.ms", LIMIT)));
  }

  @Override
  public Optional<WriterEntry> read() throws IOException {
    try {
      OffsetAndMetadata committed =
          admin
              .listConsumerGroupOffsets(
                  Map.of(id, new ListConsumerGroupOffsetsSpec()),
                  // The last sign of life that is committed, also while the next one is under way.
                  new ListConsumerGroupOffsetsOptions().requireStable(false))
              .partitionsToOffsetAndMetadata(id)
              .get()
              .get(place);
      return committed == null
          ? Optional.empty()
          : Optional.of(
              WriterEntry.parse(
                  committed.offset(), committed.metadata().getBytes(StandardCharsets.UTF_8)));
    } catch (ExecutionException e) {
      throw new IOException(what() + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public boolean write(WriterEntry before, WriterEntry entry) throws IOException {
    try {
      if (producer == null && !opens(before)) {
        return false;
      }
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(
              place,
              new OffsetAndMetadata(
                  entry.generation(), new String(entry.toBytes(), StandardCharsets.UTF_8))),
          new ConsumerGroupMetadata(id));
      producer.commitTransaction();
      return true;
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      release();
      return false;
    } catch (KafkaException e) {
      release();
      throw new IOException(what() + ": " + e.getMessage(), e);
    }
  }

  /** From here on nobody else commits, unless he opens the id in turn. */
  private boolean opens(WriterEntry before) throws IOException {
    Map<String, Object> client =
        clients.producer(
            Map.of(
                "request.timeout.ms",
                REQUEST_LIMIT,
                "transactional.id",
                id,
                "max.block.ms",
                LIMIT,
                "transaction.timeout.ms",
                LIMIT,
                "delivery.timeout.ms",
                LIMIT));
    producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    boolean same = false;
    try {
      producer.initTransactions();
      String found = read().map(WriterEntry::mark).orElse("");
      same = found.equals(before == null ? "" : before.mark());
      return same;
    } finally {
      // Who has not seen what he replaces commits nothing.
      if (!same) {
        release();
      }
    }
  }

  private void release() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Override
  public String what() {
    return "topic " + place.topic() + " at " + clients.bootstrapServers();
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public void close() {
    release();
    admin.close(Duration.ZERO);
  }
}
