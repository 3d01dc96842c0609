package io.sapflow.pipeline.topics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of one topic; no offset of the reader is kept anywhere. */
public final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;

  private TopicReader(Brokers brokers, String topic) {
    this.topic = topic;
    Properties properties = new Properties();
    properties.putAll(brokers.client());
    properties.put("isolation.level", "read_committed");
    properties.put("allow.auto.create.topics", "false");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
  }

  /** Reads on from the first record that the topic still has. */
  public static TopicReader fromBeginning(Brokers brokers, String topic) {
    TopicReader reader = new TopicReader(brokers, topic);
    reader.consumer.seekToBeginning(reader.partitions);
    return reader;
  }

  /** Reads what is committed from now on. */
  public static TopicReader fromEnd(Brokers brokers, String topic) {
    TopicReader reader = new TopicReader(brokers, topic);
    reader.consumer.endOffsets(reader.partitions).forEach(reader.consumer::seek);
    return reader;
  }

  /** Reads on from the first record of each partition that is at least as new, epoch millis. */
  public static TopicReader since(Brokers brokers, String topic, long time) {
    TopicReader reader = new TopicReader(brokers, topic);
    Map<TopicPartition, Long> ends = reader.consumer.endOffsets(reader.partitions);
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

  /** Hands on everything that is committed now. */
  public void drain(Consumer<ConsumerRecord<byte[], byte[]>> target) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
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
