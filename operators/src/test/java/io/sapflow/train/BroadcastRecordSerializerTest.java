package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class BroadcastRecordSerializerTest {

  private final TypeSerializer<BroadcastRecord> serializer =
      BroadcastRecordTypeInfo.INSTANCE.createSerializer(new SerializerConfigImpl());

  private BroadcastRecord copied(BroadcastRecord record) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(record, out);
    DataOutputSerializer copy = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copy);
    assertThat(copy.getCopyOfBuffer()).isEqualTo(out.getCopyOfBuffer());
    return serializer.deserialize(new DataInputDeserializer(copy.getCopyOfBuffer()));
  }

  @Test
  void records_ofEachKind_areCopiedWhole() throws Exception {
    for (BroadcastRecord record :
        new BroadcastRecord[] {
          new BroadcastRecord.Pair(3, 1L << 40, new byte[] {1, -1}),
          new BroadcastRecord.Prompt(0, 7, new byte[] {5}),
          new BroadcastRecord.Command(new byte[] {9, 8, 7}, 1_700_000_000_000L),
          new BroadcastRecord.Hold(new byte[] {6, 4}),
        }) {
      assertThat(copied(record))
          .isInstanceOf(record.getClass())
          .usingRecursiveComparison()
          .isEqualTo(record);
    }
  }

  @Test
  void record_passedOver_isSoAfterACopy() throws Exception {
    BroadcastRecord copy = copied(new BroadcastRecord.Pair(1, 2, new byte[0]));
    assertThat(copy)
        .isInstanceOfSatisfying(
            BroadcastRecord.Pair.class, pair -> assertThat(pair.passedOver()).isTrue());
  }

  @Test
  void record_ofAnUnknownKind_isRefusedInWords() {
    assertThatThrownBy(
            () -> serializer.deserialize(new DataInputDeserializer(new byte[] {4, 0, 0, 0, 0})))
        .isInstanceOf(IOException.class)
        .hasMessage("a broadcast record of kind 4, expected 0, 1, 2 or 3");
  }
}
