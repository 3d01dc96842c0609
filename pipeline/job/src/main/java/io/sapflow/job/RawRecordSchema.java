package io.sapflow.job;

import io.sapflow.ingest.Measure;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.source.LargeRecord;
import io.sapflow.job.source.SkippedRecords;
import io.sapflow.schema.Digests;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Records as they stand on their topic, for any content and any size. */
public final class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {

  private static final long serialVersionUID = 1;
  private static final byte[] NONE = {};

  private final long mostBytes;
  private final SkippedRecords skipped;

  /**
   * A schema.
   *
   * @param mostBytes of a record, key and headers included; a larger one is read as a reference
   */
  public RawRecordSchema(long mostBytes) {
    this(mostBytes, SkippedRecords.NONE);
  }

  /** The same; records that are to be skipped are references, too. */
  public RawRecordSchema(long mostBytes, SkippedRecords skipped) {
    this.mostBytes = mostBytes;
    this.skipped = skipped;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
    out.collect(raw(record));
  }

  /** A record as it stands on its topic. */
  public RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    boolean skip = skipped.contains(record.topic(), record.partition(), record.offset());
    if (record instanceof LargeRecord large) {
      // What cannot be read was skipped with the first of its batch.
      return reference(record, large.measure(), large.sha256(), skip || large.sha256().isEmpty());
    }
    byte[] key = orNone(record.key());
    byte[] value = orNone(record.value());
    Measure measure = measure(key, value, record.headers());
    if (skip || measure.bytes() > mostBytes) {
      return reference(record, measure, Digests.sha256(value), skip);
    }
    return new RawRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        key,
        value,
        signature(record.headers().lastHeader(SourceBindings.HEADER)),
        measure,
        null,
        false);
  }

  private static RawRecord reference(
      ConsumerRecord<byte[], byte[]> record, Measure measure, String sha256, boolean skipped) {
    RawRecord reference =
        RawRecord.reference(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            measure,
            sha256);
    return skipped ? reference.asSkipped() : reference;
  }

  private static Measure measure(byte[] key, byte[] value, Headers headers) {
    int count = 0;
    long bytes = 0;
    for (Header header : headers) {
      count++;
      bytes += header.key().getBytes(StandardCharsets.UTF_8).length + orNone(header.value()).length;
    }
    return new Measure(key.length + value.length + bytes, count, bytes);
  }

  private static byte[] orNone(byte[] bytes) {
    return bytes == null ? NONE : bytes;
  }

  private static byte[] signature(Header header) {
    return header == null ? NONE : orNone(header.value());
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
