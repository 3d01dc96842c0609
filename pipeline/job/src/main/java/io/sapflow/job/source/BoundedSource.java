package io.sapflow.job.source;

import io.sapflow.ingest.RawRecord;
import io.sapflow.job.kafka.ScramClasses;
import java.io.IOException;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Flink's Kafka source with a reader that holds no record beyond a bound. Its state is Flink's. */
public final class BoundedSource
    implements Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<RawRecord> {

  private static final long serialVersionUID = 1;

  static {
    ScramClasses.load();
  }

  private final KafkaSource<RawRecord> kafka;
  private final KafkaRecordDeserializationSchema<RawRecord> schema;
  private final long mostBytes;
  private final Properties client;
  private final SkippedRecords skipped;

  /**
   * A source.
   *
   * @param kafka knows the topics, and where they are begun
   * @param schema of its records
   * @param mostBytes of a record that is held
   * @param client settings of the reader's consumer
   * @param skipped records that need not be readable
   */
  public BoundedSource(
      KafkaSource<RawRecord> kafka,
      KafkaRecordDeserializationSchema<RawRecord> schema,
      long mostBytes,
      Properties client,
      SkippedRecords skipped) {
    this.kafka = kafka;
    this.schema = schema;
    this.mostBytes = mostBytes;
    this.skipped = skipped;
    this.client = new Properties();
    this.client.putAll(client);
    this.client.put("key.deserializer", ByteArrayDeserializer.class.getName());
    this.client.put("value.deserializer", ByteArrayDeserializer.class.getName());
    this.client.put("enable.auto.commit", "false");
    this.client.put("auto.offset.reset", "earliest");
  }

  @Override
  public SourceReader<RawRecord, KafkaPartitionSplit> createReader(SourceReaderContext context) {
    FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> queue =
        new FutureCompletingBlockingQueue<>();
    KafkaSourceReaderMetrics metrics = new KafkaSourceReaderMetrics(context.metricGroup());
    Configuration configuration = new Configuration();
    client
        .stringPropertyNames()
        .forEach(key -> configuration.setString(key, client.getProperty(key)));
    return new KafkaSourceReader<>(
        queue,
        new KafkaSourceFetcherManager(
            queue,
            () -> new BoundedSplitReader(client, context, metrics, mostBytes, skipped),
            finished -> {}),
        new KafkaRecordEmitter<>(schema),
        configuration,
        context,
        metrics);
  }

  @Override
  public Boundedness getBoundedness() {
    return kafka.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return kafka.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws IOException {
    return kafka.restoreEnumerator(context, state);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return kafka.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return kafka.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return schema.getProducedType();
  }
}
