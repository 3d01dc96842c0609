package io.sapflow.job.kafka;

import java.time.Duration;
import java.util.HashMap;
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
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
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

  /**
   * Hands on everything that is there now.
   *
   * @throws StackException if the brokers stop answering
   */
  public void drain(Consumer<ConsumerRecord<byte[], byte[]>> target) {
    read(ends(), target);
  }

  private void read(
      Map<TopicPartition, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> target) {
    Map<TopicPartition, Long> before = Map.of();
    long end = 0;
    while (true) {
      Map<TopicPartition, Long> now = new HashMap<>();
      ends.keySet().forEach(each -> now.put(each, consumer.position(each)));
      if (ends.entrySet().stream().allMatch(each -> now.get(each.getKey()) >= each.getValue())) {
        return;
      }
      if (!now.equals(before)) {
        before = now;
        end = System.nanoTime() + LONGEST_SILENCE.toNanos();
      } else if (System.nanoTime() - end > 0) {
        throw new StackException(
            "topic "
                + topic
                + ": found no answer within "
                + LONGEST_SILENCE.toSeconds()
                + " s at "
                + now.entrySet().stream()
                    .filter(each -> each.getValue() < ends.get(each.getKey()))
                    .map(each -> each.getKey() + " offset " + each.getValue())
                    .findFirst()
                    .orElseThrow()
                + ", expected its records up to "
                + ends);
      }
      poll(POLL, target);
    }
  }

  /**
   * Hands on the records of a range of offsets that the topic still has.
   *
   * @param first offset, inclusive
   * @param last offset, inclusive
   * @throws StackException if the brokers stop answering
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
    read(
        Map.of(at, end),
        record -> {
          if (record.offset() <= last) {
            target.accept(record);
          }
        });
    consumer.assign(partitions);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
