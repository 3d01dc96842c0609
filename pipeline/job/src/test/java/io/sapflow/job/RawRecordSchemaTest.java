package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.Measure;
import io.sapflow.ingest.RawRecord;
import io.sapflow.schema.Digests;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class RawRecordSchemaTest {

  private static final byte[] KEY = {1, 2};
  private static final byte[] SIGNATURE = "ab".getBytes(StandardCharsets.US_ASCII);

  /** Two bytes of key, 19 of the signature's header and 3 of another's. */
  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("t", 3, 70, KEY, value);
    record.headers().add("sapflow-signature", SIGNATURE).add("xyz", null);
    return record;
  }

  @Test
  void record_atTheBound_hasItsBytes() {
    RawRecord raw = new RawRecordSchema(34).raw(record(new byte[10]));
    assertThat(raw.isReference()).isFalse();
    assertThat(raw.measure()).isEqualTo(new Measure(34, 2, 22));
    assertThat(raw.value()).hasSize(10);
    assertThat(raw.signature()).isEqualTo(SIGNATURE);
  }

  @Test
  void record_beyondTheBound_isAReferenceWithoutBytes() {
    RawRecord raw = new RawRecordSchema(34).raw(record(new byte[11]));
    assertThat(raw.isReference()).isTrue();
    assertThat(raw.topic() + raw.partition() + raw.offset()).isEqualTo("t370");
    assertThat(raw.measure()).isEqualTo(new Measure(35, 2, 22));
    assertThat(raw.key()).isEmpty();
    assertThat(raw.value()).isEmpty();
    assertThat(raw.signature()).isEmpty();
    assertThat(raw.sha256()).isEqualTo(Digests.sha256(new byte[11]));
  }

  @Test
  void headersAlone_countAsWell() {
    RawRecord raw = new RawRecordSchema(23).raw(record(null));
    assertThat(raw.isReference()).isTrue();
    assertThat(raw.measure().bytes()).isEqualTo(24);
  }
}
