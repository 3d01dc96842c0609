package io.sapflow.job;

import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.source.BoundedSource;
import io.sapflow.job.source.SkippedRecords;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * The job's topics: committed records come in, and records go out exactly once. Holds are neither
 * waited for nor replayed: they go out at once, and what stands on their topic is old news to a
 * source without state.
 */
final class TopicStreams {

  private final StreamExecutionEnvironment env;
  private final JobSettings settings;
  private final TopicNames names;
  private final Map<TopicPartition, Long> firstOrders;

  /**
   * The topics of a job.
   *
   * @param firstOrders where a job without state begins to hear commands; empty for where its group
   *     has committed
   */
  TopicStreams(
      StreamExecutionEnvironment env, JobSettings settings, Map<TopicPartition, Long> firstOrders) {
    this.env = env;
    this.settings = settings;
    this.names = settings.topics();
    this.firstOrders = firstOrders;
  }

  /** Where a job without state begins; one that goes on has its offsets in its state. */
  private OffsetsInitializer begin(Topic topic) {
    // Of these a job without state needs every record; what a group has committed tells of a state
    // that is not there. Commands and versions are done with once they have been carried out.
    return switch (topic) {
      case EXAMPLES, SAFETY_PAIRS, PROBE_PROMPTS -> OffsetsInitializer.earliest();
      case CONTROL ->
          firstOrders.isEmpty()
              ? OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST)
              : OffsetsInitializer.offsets(firstOrders);
      case HOLDS -> new PresentEnds();
      default -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
    };
  }

  /** A source of a topic. */
  DataStream<RawRecord> source(Topic topic) {
    return source(topic, List.of(names.of(topic)));
  }

  /**
   * A source of one kind of records.
   *
   * @param topic names the source in the job's state
   * @param topics where it reads; may grow from one start to the next
   */
  DataStream<RawRecord> source(Topic topic, List<String> topics) {
    SkippedRecords skipped = settings.skipped();
    int mostBytes = mostBytesIn(topic);
    RawRecordSchema schema = new RawRecordSchema(mostBytes, skipped);
    Properties client = settings.kafka().all();
    client.put("group.id", settings.get(JobOptions.NAME));
    client.put("isolation.level", topic == Topic.HOLDS ? "read_uncommitted" : "read_committed");
    String id = settings.get(JobOptions.NAME) + "-" + names.of(topic);
    String given = client.getProperty("client.id");
    client.put("client.id.prefix", given == null ? id : given + "-" + id);
    KafkaSource<RawRecord> kafka =
        KafkaSource.<RawRecord>builder()
            .setProperties(client)
            .setTopics(topics)
            .setStartingOffsets(begin(topic))
            .setDeserializer(schema)
            .setProperty("partition.discovery.interval.ms", "10000")
            .build();
    SingleOutputStreamOperator<RawRecord> records =
        env.fromSource(
                new BoundedSource(kafka, schema, mostBytes, client, skipped),
                WatermarkStrategy.noWatermarks(),
                names.of(topic))
            .uid("source-" + topic.byDefault())
            .returns(TypeInformation.of(RawRecord.class));
    if (topic == Topic.HOLDS) {
      records.setBufferTimeout(0);
    }
    // Signals have one order: one reader for each of their topics.
    return topic == Topic.EXAMPLES ? records : records.setParallelism(1);
  }

  /** Records of the job's own are as large as their topics take, whatever ingest is held to. */
  private int mostBytesIn(Topic topic) {
    return switch (topic) {
      case EXAMPLES, SAFETY_PAIRS, PROBE_PROMPTS, CONTROL ->
          settings.ingest().envelope().recordBytes();
      default -> EnvelopeLimits.DEFAULT.recordBytes();
    };
  }

  /**
   * The largest batch that a topic takes; the broker's default where the broker does not tell.
   *
   * @throws IllegalArgumentException if it is too small for a record that names another one
   */
  private int mostBytes(String topic) {
    int bytes;
    try (TopicAdmin admin = new TopicAdmin(settings.kafka())) {
      bytes = admin.mostBytes(topic).orElse(KafkaLimits.BROKER_DEFAULT);
    }
    if (bytes < KafkaLimits.LEAST_TOPIC_BYTES) {
      throw new IllegalArgumentException(
          "topic "
              + topic
              + ": found max.message.bytes="
              + bytes
              + ", expected at least "
              + KafkaLimits.LEAST_TOPIC_BYTES
              + ", so that it takes a reference to any record");
    }
    return bytes;
  }

  /** The form of what is set aside. */
  QuarantineSchema quarantineSchema() {
    String topic = names.of(Topic.QUARANTINE);
    return new QuarantineSchema(topic, mostBytes(topic));
  }

  /** Writes records to a topic, each once, with keys. */
  <T extends SpecificRecord> void sink(
      DataStream<T> records, Topic topic, Class<T> type, SerializableFunction<T, String> key) {
    sink(records, form(topic, type, key), topic);
  }

  private <T extends SpecificRecord> RecordSchema<T> form(
      Topic topic, Class<T> type, SerializableFunction<T, String> key) {
    return new RecordSchema<>(
        topic, names.of(topic), settings.jobName(), type, key, settings.signature());
  }

  /** The same at once, outside of transactions: what is replayed after a failure comes again. */
  <T extends SpecificRecord> void sinkAtOnce(
      DataStream<T> records, Topic topic, Class<T> type, SerializableFunction<T, String> key) {
    sink(
        records,
        sink(form(topic, type, key))
            .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
            .setProperty("acks", "all")
            .setProperty("linger.ms", "0"),
        topic);
  }

  /** The same, in a form of its own. */
  <T extends SpecificRecord> void sink(
      DataStream<T> records, KafkaRecordSerializationSchema<T> schema, Topic topic) {
    sink(
        records,
        sink(schema)
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(settings.transactionalIdPrefix() + "-" + names.of(topic))
            .setProperty(
                "transaction.timeout.ms",
                Long.toString(settings.get(KafkaOptions.TRANSACTION_TIMEOUT).toMillis())),
        topic);
  }

  private <T> KafkaSinkBuilder<T> sink(KafkaRecordSerializationSchema<T> schema) {
    Properties producer = new Properties();
    producer.putAll(settings.kafka().producer(Map.of()));
    return KafkaSink.<T>builder()
        .setKafkaProducerConfig(producer)
        .setBootstrapServers(settings.get(KafkaOptions.BOOTSTRAP_SERVERS))
        .setRecordSerializer(schema)
        .setProperty("max.request.size", Integer.toString(KafkaLimits.QUARANTINE_BYTES));
  }

  private <T> void sink(DataStream<T> records, KafkaSinkBuilder<T> sink, Topic topic) {
    records
        .sinkTo(new TopicSink<>(sink.build()))
        .name(names.of(topic))
        .uid("sink-" + topic.byDefault());
  }
}
