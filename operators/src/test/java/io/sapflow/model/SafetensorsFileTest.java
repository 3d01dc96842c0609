package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path temp;

  // A '|' stands for the data's length, '`' for a double quote.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[]|0|the header must be a JSON object, from its first byte on",
        "{|0|the header is not valid JSON: Unexpected end-of-input",
        "{} {}|0|the header goes on after its JSON object",
        "{`a`:1}|0|tensor 'a' needs an object",
        "{`a`:{}}|0|tensor 'a' needs dtype, shape and data_offsets, and lacks one of them",
        "{`a`:{`dtype`:`F31`,`shape`:[],`data_offsets`:[0,4]}}|4|tensor 'a' has the unknown dtype 'F31'",
        "{`a`:{`dtype`:7,`shape`:[],`data_offsets`:[0,4]}}|4|tensor 'a' needs a dtype in quotes",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4],`x`:1}}|4|tensor 'a' has an unknown key 'x'",
        "{`a`:{`dtype`:`F32`,`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}}|4|tensor 'a' names dtype twice",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`shape`:[1],`data_offsets`:[0,4]}}|4|tensor 'a' names shape twice",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]},`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}}|8|the header names tensor 'a' twice",
        "{`__metadata__`:{},`__metadata__`:{}}|0|the header names __metadata__ twice",
        "{`__metadata__`:null,`__metadata__`:{}}|0|the header names __metadata__ twice",
        "{`__metadata__`:{`k`:`1`,`k`:`2`}}|0|__metadata__ names 'k' twice",
        "{`__metadata__`:{`k`:1}}|0|__metadata__ needs an object of strings",
        "{`a`:{`dtype`:`F32`,`shape`:[-1],`data_offsets`:[0,4]}}|4|tensor 'a' needs shape as a list of whole numbers from 0 to 2^63-1",
        "{`a`:{`dtype`:`F32`,`shape`:[1.0],`data_offsets`:[0,4]}}|4|tensor 'a' needs shape as a list of whole numbers",
        "{`a`:{`dtype`:`F32`,`shape`:[9223372036854775808],`data_offsets`:[0,4]}}|4|tensor 'a' needs shape as a list of whole numbers",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[-4,0]}}|4|tensor 'a' needs data_offsets as a list of whole numbers",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,0]}}|4|tensor 'a': data_offsets must be [begin, end] with begin <= end",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0]}}|4|tensor 'a': data_offsets must be [begin, end]",
        "{`a`:{`dtype`:`F32`,`shape`:[4294967296,4294967296],`data_offsets`:[0,4]}}|4|tensor 'a': the shape's size is beyond 63 bits",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,4]}}|4|tensor 'a': data_offsets span 4 bytes, but its shape and F32 need 8",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}}|8|tensor 'a' begins at byte 4, which leaves a hole: 0 would be right",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,8]},`b`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}}|8|tensor 'b' begins at byte 4, inside another tensor: 8 would be right",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}}|3|the tensors end at byte 4 after the header, but the file has 3: it is cut short",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}}|5|the tensors end at byte 4 after the header, but the file has 5: it has bytes no tensor owns",
      })
  void open_wrongHeader_saysWhatIsWrong(String header, int dataBytes, String message)
      throws IOException {
    Path path = RawSafetensors.write(temp, header.replace('`', '"'), dataBytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(path + ": " + message);
  }

  @Test
  void open_metadataNull_countsAsAbsent() throws IOException {
    Path path = RawSafetensors.write(temp, "{\"__metadata__\":null}", 0);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEmpty();
      assertThat(file.names()).isEmpty();
    }
  }

  @Test
  void open_blankBeforeTheHeader_isRefused() throws IOException {
    Path path = RawSafetensors.write(temp, " {}", 0);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": the header must be a JSON object, from its first byte on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\\n\\ud800\\u2028b\":{}} | the header is not valid JSON: Broken surrogate pair in field name:"
            + " expected low surrogate, got 0x2028",
        "{\"__metadata__\":{\"a\\n\\ud800\\u2028b\":\"\"}} | the header is not valid JSON: Broken surrogate pair"
            + " in field name: expected low surrogate, got 0x2028",
        "{\"__metadata__\":{\"k\":\"a\\n\\udfff\\u2028b\"}} | 'a???b' in the header holds a lone surrogate",
      })
  void open_loneSurrogate_isRefusedInAPrintableLine(String header, String reason)
      throws IOException {
    Path path = RawSafetensors.write(temp, header, 0);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": " + reason);
  }

  @Test
  void open_sevenBytes_saysTooFew() throws IOException {
    Path path = Files.write(temp.resolve("x"), new byte[7]);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(path + ": 7 bytes are too few for a safetensors file");
  }

  @ParameterizedTest
  @CsvSource({"-1,18446744073709551615", "100000001,100000001"})
  void open_absurdHeaderLength_namesTheLimit(long headerBytes, String shown) throws IOException {
    Path path =
        Files.write(temp.resolve("x"), RawSafetensors.bytes(headerBytes, new byte[] {'{'}, 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": the header claims " + shown + " bytes; at most 100000000 are read");
  }

  @Test
  void open_headerLongerThanFile_saysCutShort() throws IOException {
    Path path = Files.write(temp.resolve("x"), RawSafetensors.bytes(9, new byte[4], 4));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            path
                + ": the header claims 9 bytes, but only 8 follow its length: the file is cut"
                + " short");
  }

  @Test
  void open_notUtf8_isRefused() throws IOException {
    byte[] json = "{\"\u00e9\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    Path path = Files.write(temp.resolve("x"), RawSafetensors.bytes(json.length, json, 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": the header is not UTF-8");
  }

  @Test
  void open_utf16_isRefused() throws IOException {
    byte[] json = "{}".getBytes(StandardCharsets.UTF_16LE);
    Path path = Files.write(temp.resolve("x"), RawSafetensors.bytes(json.length, json, 0));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the header is not valid JSON");
  }

  @Test
  void open_noSuchFile_saysSo() {
    Path path = temp.resolve("none");
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": cannot be read: there is no such file");
  }

  @Test
  void open_largeHeaderOfZeros_failsAtOnce() throws IOException {
    Path path = temp.resolve("sparse");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(RawSafetensors.bytes(99_999_999, new byte[] {'{'}, 0));
      file.setLength(100_000_100);
    }
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("the header is not valid JSON");
  }

  @Test
  void floats_eachFloatType_widens() throws IOException {
    ByteBuffer half = little(4).putShort((short) 0x3c00).putShort((short) 0xc500).flip();
    ByteBuffer brain = little(4).putShort((short) 0x3f80).putShort((short) 0xc0a0).flip();
    ByteBuffer wide = little(16).putDouble(1).putDouble(-5).flip();
    try (SafetensorsFile file =
        open(
            new SafetensorsWriter()
                .add("f32", new long[] {2}, new float[] {1, -5})
                .add("f16", new long[] {2}, DType.F16, half)
                .add("bf16", new long[] {2, 1}, DType.BF16, brain)
                .add("f64", new long[] {1, 2}, DType.F64, wide))) {
      assertThat(file.names()).containsExactly("bf16", "f16", "f32", "f64");
      for (String name : file.names()) {
        assertThat(file.floats(name)).as(name).containsExactly(1, -5);
        assertThat(file.entry(name).elements()).isEqualTo(2);
      }
    }
  }

  @Test
  void floats_longerThanOneChunk_keepsOrder() throws IOException {
    float[] data = new float[100_003];
    for (int i = 0; i < data.length; i++) {
      data[i] = i;
    }
    try (SafetensorsFile file =
        open(new SafetensorsWriter().add("a", new long[] {data.length}, data))) {
      assertThat(file.floats("a")).isEqualTo(data);
      assertThat(file.bytes("a").asFloatBuffer().get(100_002)).isEqualTo(100_002f);
    }
  }

  @Test
  void longs_bothWidths_keepSign() throws IOException {
    ByteBuffer ints = little(8).putInt(-100).putInt(7).flip();
    try (SafetensorsFile file =
        open(
            new SafetensorsWriter()
                .add("i32", new long[] {2}, DType.I32, ints)
                .add("i64", new long[] {2}, new long[] {-100, Long.MAX_VALUE}))) {
      assertThat(file.longs("i32")).containsExactly(-100, 7);
      assertThat(file.longs("i64")).containsExactly(-100, Long.MAX_VALUE);
      assertThatThrownBy(() -> file.floats("i64"))
          .hasMessageEndingWith("tensor 'i64' is I64; F32, F16, BF16 or F64 would be right");
      assertThatThrownBy(() -> file.entry("b")).hasMessageEndingWith("there is no tensor 'b'");
    }
  }

  @Test
  void bytes_anyTensor_isReadOnlyAndOutlivesTheFile() throws IOException {
    SafetensorsFile file =
        open(
            new SafetensorsWriter()
                .add("a", new long[] {}, new float[] {2})
                .add("none", new long[] {0, 3}, new float[0]));
    ByteBuffer view = file.bytes("a");
    assertThat(file.bytes("none").remaining()).isZero();
    file.close();
    assertThat(view.getFloat(0)).isEqualTo(2);
    assertThatThrownBy(() -> view.putFloat(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void read_fileCutAfterOpening_failsInWords() throws IOException {
    float[] data = new float[1000];
    try (SafetensorsFile file = open(new SafetensorsWriter().add("a", new long[] {1000}, data))) {
      try (RandomAccessFile cut = new RandomAccessFile(file.path().toFile(), "rw")) {
        cut.setLength(200);
      }
      assertThatThrownBy(() -> file.bytes("a"))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("but the file now has 200 bytes: it was cut after it was opened");
      assertThatThrownBy(() -> file.floats("a"))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("it was cut after it was opened");
    }
  }

  @Test
  void bytes_tensorBeyondTwoGiB_isRefusedByName_othersWork() throws IOException {
    long big = (1L << 31) + 4;
    String header =
        "{\"big\":{\"dtype\":\"U8\",\"shape\":["
            + big
            + "],\"data_offsets\":[0,"
            + big
            + "]},"
            + "\"z\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":["
            + big
            + ","
            + (big + 4)
            + "]}}";
    Path path = RawSafetensors.write(temp, header, 0);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      long end = file.length() + big + 4;
      file.setLength(end); // sparse
      file.seek(end - 4);
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.floats("z")).containsExactly(1);
      assertThat(file.bytes("z").getFloat(0)).isEqualTo(1);
      assertThatThrownBy(() -> file.bytes("big"))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "tensor 'big' has 2147483652 bytes; one tensor may have at most 2147483647");
    }
  }

  private SafetensorsFile open(SafetensorsWriter writer) throws IOException {
    return SafetensorsFile.open(Files.write(temp.resolve("w.safetensors"), writer.toBytes()));
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
