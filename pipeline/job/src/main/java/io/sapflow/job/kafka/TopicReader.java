package io.sapflow.job.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The records of one topic; no offset of the reader is kept anywhere. */
public final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final String COMMITTED = "read_committed";
  private static final String UNCOMMITTED = "read_uncommitted";

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  private TopicReader(KafkaClients clients, String topic, String isolation) {
    this.topic = topic;
    consumer =
        new KafkaConsumer<>(
            clients.consumer(
                Map.of("isolation.level", isolation, "allow.auto.create.topics", "false")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Reads what is committed, from the first record that the topic still has. */
  public static TopicReader fromBeginning(KafkaClients clients, String topic) {
    return new TopicReader(clients, topic, COMMITTED).rewound();
  }

  /** Reads what is committed from now on. */
  public static TopicReader fromEnd(KafkaClients clients, String topic) {
    return new TopicReader(clients, topic, COMMITTED).forwarded();
  }

  /** Reads everything, also of transactions that are open or will be aborted, from the first on. */
  public static TopicReader uncommittedFromBeginning(KafkaClients clients, String topic) {
    return new TopicReader(clients, topic, UNCOMMITTED).rewound();
  }

  /** The same, from now on. */
  public static TopicReader uncommittedFromEnd(KafkaClients clients, String topic) {
    return new TopicReader(clients, topic, UNCOMMITTED).forwarded();
  }

  private TopicReader rewound() {
    consumer.seekToBeginning(partitions);
    return this;
  }

  private TopicReader forwarded() {
    ends().forEach(consumer::seek);
    return this;
  }

  /**
   * The offset behind the last record of each partition; of committed ones, if only those count.
   */
  public Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(partitions);
  }

  /**
   * Reads what is committed, from the first record of each partition that is at least as new, epoch
   * millis.
   */
  public static TopicReader since(KafkaClients clients, String topic, long time) {
    TopicReader reader = new TopicReader(clients, topic, COMMITTED);
    Map<TopicPartition, Long> ends = reader.ends();
    Map<TopicPartition, OffsetAndTimestamp> found =
        reader.consumer.offsetsForTimes(
            reader.partitions.stream().collect(Collectors.toMap(each -> each, each -> time)));
    found.forEach(
        (partition, offset) ->
            reader.consumer.seek(
                partition, offset == null ? ends.get(partition) : offset.offset()));
    return reader;
  }

  /** Hands on the records that have come, waiting for the first at most as long as said. */
  public void poll(Duration wait, Consumer<ConsumerRecord<byte[], byte[]>> target) {
    consumer.poll(wait).forEach(target);
  }

  /** Hands on everything that is there now. */
  public void drain(Consumer<ConsumerRecord<byte[], byte[]>> target) {
    Map<TopicPartition, Long> ends = ends();
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      poll(POLL, target);
    }
  }

  /**
   * Hands on the records of a range of offsets that the topic still has.
   *
   * @param first offset, inclusive
   * @param last offset, inclusive
   */
  public void range(
      int partition, long first, long last, Consumer<ConsumerRecord<byte[], byte[]>> target) {
    TopicPartition at = new TopicPartition(topic, partition);
    if (!partitions.contains(at)) {
      return;
    }
    consumer.assign(List.of(at));
    long begin = Math.max(first, consumer.beginningOffsets(List.of(at)).get(at));
    long end = Math.min(last + 1, consumer.endOffsets(List.of(at)).get(at));
    consumer.seek(at, begin);
    while (consumer.position(at) < end) {
      poll(
          POLL,
          record -> {
            if (record.offset() <= last) {
              target.accept(record);
            }
          });
    }
    consumer.assign(partitions);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
