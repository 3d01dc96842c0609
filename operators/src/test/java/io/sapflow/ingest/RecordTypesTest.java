package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.tokens.TokenizedExample;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.junit.jupiter.api.Test;

/** The types between operators have serializers of their own: generic types are off. */
class RecordTypesTest {

  private static <T> T copied(TypeInformation<T> type, T value) throws Exception {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    TypeSerializer<T> serializer = type.createSerializer(config);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    T read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    return serializer.copy(read);
  }

  @Test
  void rawRecord_genericTypesOff_isCopiedWhole() throws Exception {
    TypeInformation<RawRecord> type = TypeInformation.of(RawRecord.class);
    assertThat(type).isInstanceOf(PojoTypeInfo.class);
    RawRecord record =
        new RawRecord("t", 3, 1L << 40, -5, new byte[0], new byte[] {1, -1}, new byte[] {7});
    assertThat(copied(type, record)).usingRecursiveComparison().isEqualTo(record);
    RawRecord large = RawRecord.reference("t", 3, 7, 5, new Measure(3 << 20, 2, 40), "ab12");
    assertThat(copied(type, large)).usingRecursiveComparison().isEqualTo(large);
  }

  @Test
  void tokenizedExample_genericTypesOff_isCopiedWhole() throws Exception {
    TypeInformation<TokenizedExample> type = TypeInformation.of(TokenizedExample.class);
    assertThat(type).isInstanceOf(PojoTypeInfo.class);
    TokenizedExample example =
        new TokenizedExample(
            "helper",
            "e-1",
            "forum",
            true,
            "t",
            3,
            1L << 40,
            17,
            new int[] {5, 1 << 30},
            new byte[] {0, 1},
            2,
            new byte[0],
            new byte[] {9},
            new byte[] {8});
    assertThat(copied(type, example)).usingRecursiveComparison().isEqualTo(example);
  }

  @Test
  void quarantinedRecord_genericTypesOff_isCopiedWhole() throws Exception {
    RawRecord raw = Samples.raw(new byte[] {1});
    QuarantinedRecord record =
        Quarantine.record(
            raw, new RejectedRecordException("ingest", QuarantineReason.GARBAGE, "1 byte"));
    assertThat(copied(new AvroTypeInfo<>(QuarantinedRecord.class), record)).isEqualTo(record);
    assertThat(List.of(record.getValue())).containsExactly(ByteBuffer.wrap(new byte[] {1}));
  }
}
