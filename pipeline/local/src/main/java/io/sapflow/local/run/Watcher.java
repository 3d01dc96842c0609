package io.sapflow.local.run;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what a job has committed on its output topics, from their beginning. */
public final class Watcher implements AutoCloseable {

  private static final List<Class<? extends SpecificRecord>> TYPES =
      List.of(
          TrainingStep.class,
          AdapterVersion.class,
          ProbeReport.class,
          SafetyAlert.class,
          QuarantinedRecord.class,
          ControlCommand.class);

  private static final List<Topic> TOPICS =
      List.of(
          Topic.STEPS, Topic.ADAPTERS, Topic.PROBES, Topic.ALERTS, Topic.QUARANTINE, Topic.CONTROL);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicNames topics;
  private final Map<String, RecordCodec<? extends SpecificRecord>> codecs = new LinkedHashMap<>();
  private final Map<String, Long> next = new HashMap<>();

  /** A watcher of every output topic and of the control topic, by their usual names. */
  public Watcher(String bootstrapServers) {
    this(bootstrapServers, TopicNames.DEFAULT);
  }

  /** The same of topics that are called otherwise. */
  public Watcher(String bootstrapServers, TopicNames topics) {
    this.topics = topics;
    consumer =
        new KafkaConsumer<>(
            KafkaClients.at(bootstrapServers).consumer(Map.of("isolation.level", "read_committed")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    for (int i = 0; i < TOPICS.size(); i++) {
      codecs.put(topics.of(TOPICS.get(i)), RecordCodec.of(TYPES.get(i)));
    }
    List<TopicPartition> partitions =
        TOPICS.stream()
            .map(topics::of)
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Hands on the records that have come, waiting for the first at most as long as said. */
  public int poll(Duration wait, Consumer<SpecificRecord> target) {
    int count = 0;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      target.accept(decode(record));
      next.merge(record.topic(), record.offset() + 1, Math::max);
      count++;
    }
    return count;
  }

  /** Hands on everything that is committed now. */
  public void drain(Consumer<SpecificRecord> target) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      poll(Duration.ofMillis(100), target);
    }
  }

  /** The offset behind the last record that was seen of a topic of one partition. */
  public long next(Topic topic) {
    return next.getOrDefault(topics.of(topic), 0L);
  }

  private SpecificRecord decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codecs.get(record.topic()).decode(record.value());
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(
          record.topic()
              + " at offset "
              + record.offset()
              + " holds what is no record: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
