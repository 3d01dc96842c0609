package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafetensorsWriterTest {
  @Test
  void toBytes_anyOrderOfAdding_isOneFixedText() {
    byte[] first =
        new SafetensorsWriter()
            .add("b", new long[] {1, 2}, new float[] {1, 2})
            .add("a", new long[] {3}, DType.U8, ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .add("c", new long[] {1}, new long[] {7})
            .metadata("z", "1")
            .metadata("format", "pt")
            .toBytes();
    byte[] second =
        new SafetensorsWriter()
            .metadata("format", "pt")
            .add("c", new long[] {1}, new long[] {7})
            .add("a", new long[] {3}, DType.U8, ByteBuffer.wrap(new byte[] {1, 2, 3}))
            .metadata("z", "1")
            .add("b", new long[] {1, 2}, new float[] {1, 2})
            .toBytes();
    assertThat(second).isEqualTo(first);
    String header = new String(first, 8, first[0] & 0xff, StandardCharsets.UTF_8);
    assertThat(header)
        .isEqualTo(
            "{\"__metadata__\":{\"format\":\"pt\",\"z\":\"1\"},"
                + "\"c\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[8,16]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[16,19]}}     ");
    assertThat(first).hasSize(8 + header.length() + 19);
    assertThat(header.length() % 8).isZero();
  }

  @Test
  void add_shapeThatDataDoesNotFill_isRefused() {
    assertThatThrownBy(
            () -> new SafetensorsWriter().add("a", new long[] {2, 2}, new float[] {1, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: its shape and F32 need 16 bytes, data has 12");
  }

  @Test
  void add_nameTwice_isRefused() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", new long[] {1}, new float[1]);
    assertThatThrownBy(() -> writer.add("a", new long[] {1}, new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a: the name is taken");
  }
}
