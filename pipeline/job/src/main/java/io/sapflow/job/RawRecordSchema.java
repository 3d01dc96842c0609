package io.sapflow.job;

import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.SourceBindings;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Records as they stand on their topic, for any content. */
public final class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {

  private static final long serialVersionUID = 1;
  private static final byte[] NONE = {};

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
    out.collect(raw(record));
  }

  /** A record as it stands on its topic. */
  public static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    return new RawRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.key() == null ? NONE : record.key(),
        record.value() == null ? NONE : record.value(),
        signature(record.headers().lastHeader(SourceBindings.HEADER)));
  }

  private static byte[] signature(Header header) {
    return header == null || header.value() == null ? NONE : header.value();
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
