package io.sapflow.job;

import io.sapflow.ingest.Measure;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.SourceBindings;
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

  /**
   * A schema.
   *
   * @param mostBytes of a record, key and headers included; a larger one is read as a reference
   */
  public RawRecordSchema(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
    out.collect(raw(record));
  }

  /** A record as it stands on its topic. */
  public RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = orNone(record.key());
    byte[] value = orNone(record.value());
    Measure measure = measure(key, value, record.headers());
    if (measure.bytes() > mostBytes) {
      return RawRecord.reference(
          record.topic(),
          record.partition(),
          record.offset(),
          record.timestamp(),
          measure,
          Digests.sha256(value));
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
        null);
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
