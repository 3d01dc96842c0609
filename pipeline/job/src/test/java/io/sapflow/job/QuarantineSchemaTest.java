package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.Digests;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineSchemaTest {

  private final RecordCodec<QuarantinedRecord> codec = RecordCodec.of(QuarantinedRecord.class);

  private static QuarantinedRecord rolledBack(byte[] key, byte[] value) {
    return QuarantinedRecord.newBuilder()
        .setKey(ByteBuffer.wrap(key))
        .setValue(ByteBuffer.wrap(value))
        .setTopic(Topics.EXAMPLES)
        .setPartition(1)
        .setOffset(7)
        .setStage("train")
        .setReason("SAFETY_ROLLBACK")
        .setMessage("rolled back")
        .build();
  }

  private static ProducerRecord<byte[], byte[]> written(int topicBytes, QuarantinedRecord record) {
    QuarantineSchema schema = new QuarantineSchema(Topics.QUARANTINE, topicBytes);
    schema.open(null, null);
    return schema.serialize(record, null, null);
  }

  @Test
  void record_thatTheTopicTakes_isWrittenWithItsBytes() throws Exception {
    QuarantinedRecord record = rolledBack(new byte[] {1, 2}, new byte[1000]);
    ProducerRecord<byte[], byte[]> written = written(KafkaLimits.BROKER_DEFAULT, record);
    assertThat(written.topic()).isEqualTo(Topics.QUARANTINE);
    assertThat(written.key()).containsExactly(1, 2);
    assertThat(codec.decode(written.value())).isEqualTo(record);
    assertThat(record.getKey().remaining()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1_030_000, 1_048_000, 3 << 20})
  void record_thatTheTopicMightNotTake_isWrittenAsAReference(int bytes) throws Exception {
    byte[] value = new byte[bytes];
    ProducerRecord<byte[], byte[]> written =
        written(KafkaLimits.BROKER_DEFAULT, rolledBack(new byte[3000], value));
    assertThat(written.key()).isNull();
    assertThat(written.value().length).isLessThan(500);
    QuarantinedRecord record = codec.decode(written.value());
    assertThat(record.getReason()).isEqualTo("SAFETY_ROLLBACK");
    assertThat(record.getSize()).isEqualTo(bytes + 3000L);
    assertThat(record.getSha256()).isEqualTo(Digests.sha256(value));
  }

  @Test
  void ownTopic_takesTheLargestExampleWithItsBytes() throws Exception {
    byte[] value = new byte[KafkaLimits.RECORD_BYTES - 10];
    ProducerRecord<byte[], byte[]> written =
        written(KafkaLimits.QUARANTINE_BYTES, rolledBack(new byte[10], value));
    assertThat(codec.decode(written.value()).getValue().remaining()).isEqualTo(value.length);
  }
}
