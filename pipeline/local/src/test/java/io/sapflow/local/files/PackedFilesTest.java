package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are packed, and those that are no text, whatever they are called. */
class PackedFilesTest {

  private static final String ROW = "{\"prompt\":\"q\",\"completion\":\"a\"}\n";

  @TempDir Path directory;

  private interface Packer {
    OutputStream open(OutputStream to) throws IOException;
  }

  private static byte[] packed(Packer packer, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = packer.open(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(String content) throws IOException {
    return packed(GZIPOutputStream::new, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] zstd(String content) throws IOException {
    return packed(ZstdCompressorOutputStream::new, content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve(name), bytes);
  }

  private static List<FileEntry<FileExample>> entries(Path file) {
    List<FileEntry<FileExample>> entries = new ArrayList<>();
    try (RecordFile<FileExample> opened = ExampleFile.open(file)) {
      opened.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static List<String> ids(Path file) {
    return entries(file).stream()
        .map(entry -> ((FileEntry.Parsed<FileExample>) entry).value().id())
        .toList();
  }

  private static String fault(FileEntry<FileExample> entry) {
    return ((FileEntry.BadLine<FileExample>) entry).message();
  }

  @Test
  void open_gzipOrZstd_isReadWhateverItsName() throws Exception {
    assertThat(ids(file("a.jsonl", gzip(ROW + ROW)))).containsExactly("1", "2");
    assertThat(ids(file("b.gz", zstd(ROW + ROW)))).containsExactly("1", "2");
    assertThat(ids(file("c.zst", ("[" + ROW + "," + ROW + "]").getBytes(StandardCharsets.UTF_8))))
        .containsExactly("1", "2");
    assertThat(ids(file("d.csv.gz", gzip("prompt,completion\nq,a\n")))).containsExactly("2");
    assertThat(ids(file("e.CSV.ZST", zstd("prompt,completion\nq,a\n")))).containsExactly("2");
  }

  @Test
  void open_severalMembers_areReadAsOne() throws Exception {
    assertThat(ids(file("a.gz", joined(gzip(ROW), gzip(ROW))))).containsExactly("1", "2");
    assertThat(ids(file("a.zst", joined(zstd(ROW), zstd(ROW))))).containsExactly("1", "2");
  }

  @Test
  void open_zstdWithAFrameToSkip_isRead() throws Exception {
    byte[] skipped = {0x52, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'n', 'o'};
    assertThat(ids(file("a.zst", joined(skipped, zstd(ROW + ROW))))).containsExactly("1", "2");
  }

  @Test
  void open_zstdWithALongWindow_isRefusedByThat() throws Exception {
    // A frame of unknown length with a window of 256 MiB, and its one block as it is.
    byte[] head = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) (18 << 3)};
    byte[] row = ROW.getBytes(StandardCharsets.UTF_8);
    int block = 8 * row.length + 1;
    byte[] blockHead = {(byte) block, (byte) (block >> 8), 0};
    refused(
        joined(head, joined(blockHead, row)),
        "the zstd data needs a window that is too long (zstd --long), expected one of at most 128"
            + " MiB: nothing after it can be read; expected JSONL");
  }

  @Test
  void open_gzipThatWasToldAsNoUtf8_isRead() throws Exception {
    Path file = directory.resolve("b-gzip.jsonl.gz");
    try (InputStream in = PackedFilesTest.class.getResourceAsStream("b-gzip.jsonl.gz")) {
      Files.copy(in, file);
    }
    assertThat(entries(file)).isNotEmpty().allMatch(entry -> entry instanceof FileEntry.Parsed);
  }

  @Test
  void open_cutOrDamagedData_isToldOnceAtItsPlace() throws Exception {
    String rows =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    "{\"prompt\":\"q"
                        + Integer.toHexString(i * 7919)
                        + "\",\"completion\":\"a\"}\n")
            .collect(Collectors.joining());
    for (byte[] whole : List.of(gzip(rows), zstd(rows))) {
      String name = whole[0] == 0x1f ? "gzip" : "zstd";
      List<FileEntry<FileExample>> cut =
          entries(file("cut", Arrays.copyOf(whole, whole.length * 3 / 4)));
      assertThat(cut.size()).isBetween(100, 20_000);
      FileEntry<FileExample> last = cut.get(cut.size() - 1);
      assertThat(fault(last))
          .isEqualTo(
              directory.resolve("cut")
                  + ":"
                  + last.number()
                  + ": the "
                  + name
                  + " data is cut or damaged here: nothing after it can be read");
      assertThat(cut.subList(0, cut.size() - 1))
          .allMatch(entry -> entry instanceof FileEntry.Parsed);
    }
  }

  @Test
  void open_secondMemberThatIsCut_losesNothingOfTheFirst() throws Exception {
    for (int bytes = 1; bytes < 20; bytes++) {
      Path file = file("cut.gz", joined(gzip(ROW.repeat(1_000)), Arrays.copyOf(gzip(ROW), bytes)));
      try (RecordFile<FileExample> opened = ExampleFile.open(file)) {
        List<FileEntry<FileExample>> entries = new ArrayList<>();
        opened.forEachRemaining(entries::add);
        assertThat(entries).hasSize(1_001);
        assertThat(fault(entries.get(1_000))).contains(":1001: the gzip data is cut or damaged");
        assertThat(opened.place().rows()).isEqualTo(1_000);
      }
    }
    byte[] zstd = joined(zstd(ROW.repeat(1_000)), Arrays.copyOf(zstd(ROW), 8));
    assertThat(entries(file("cut.zst", zstd)).size())
        .isBetween(1_001 - 512 / ROW.length() - 1, 1_001);
  }

  @Test
  void open_somethingBehindTheData_isToldBehindItsRows() throws Exception {
    Path file = file("y.gz", joined(gzip(ROW), "no gzip".getBytes(StandardCharsets.UTF_8)));
    List<FileEntry<FileExample>> entries = entries(file);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0)).isInstanceOf(FileEntry.Parsed.class);
    assertThat(fault(entries.get(1)))
        .isEqualTo(file + ":2: the gzip data is cut or damaged here: nothing after it can be read");
  }

  @Test
  void open_damagedFromTheBeginning_isRefused() throws Exception {
    Path file = file("x.gz", Arrays.copyOf(gzip(ROW), 5));
    assertThatThrownBy(() -> ExampleFile.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            file
                + ": the gzip data is cut or damaged here: nothing after it can be read; expected");
  }

  @Test
  void open_whatIsNotRead_isRefusedByItsName() throws Exception {
    refused(
        "PAR1\u0015\u0004".getBytes(StandardCharsets.ISO_8859_1),
        "it is a Parquet file, which is not read (COPY (FROM 'x.parquet') TO 'x.jsonl' in DuckDB"
            + " makes JSONL of it, or in pandas read_parquet('x.parquet').to_json('x.jsonl',"
            + " orient='records', lines=True)); expected JSONL");
    refused(gzip("PAR1\u0015\u0004"), "it is a Parquet file, which is not read");
    refused(
        "PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1),
        "it is a zip archive, which is not read (unpack it first); expected JSONL");
    refused(
        "BZh11AY&SY".getBytes(StandardCharsets.US_ASCII),
        "it is packed by bzip2, which is not read (unpack it first); expected JSONL");
    refused(ROW.getBytes(StandardCharsets.UTF_16), "it is text in UTF-16, which is not read");
    refused(
        packed(GZIPOutputStream::new, zstd(ROW)),
        "it is packed twice, by gzip around zstd; expected");
  }

  private void refused(byte[] bytes, String words) throws IOException {
    Path file = file("x", bytes);
    assertThatThrownBy(() -> ExampleFile.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": " + words);
  }

  @Test
  void next_entryThatUnpacksWithoutEnd_endsTheFile() throws Exception {
    InputStream zeros =
        new ByteArrayInputStream((ROW + "0".repeat(5_000)).getBytes(StandardCharsets.UTF_8));
    RowSplitter rows = new RowSplitter(zeros, 1_000);
    assertThat(rows.next().fault()).isNull();
    assertThatThrownBy(rows::next)
        .isInstanceOf(DamagedException.class)
        .hasMessage("found more than 1000 bytes in one entry: nothing after it is read");
    Rows.Row cut = rows.cut("that");
    assertThat(cut.number()).isEqualTo(2);
    assertThat(rows.next()).isNull();
  }

  @Test
  void open_csvRowWithoutEnd_takesBoundedMemory() throws Exception {
    Path file = file("x.csv", gzip("prompt,completion\nq,a\n" + "a,".repeat(12 << 20)));
    List<FileEntry<FileExample>> entries = entries(file);
    assertThat(entries).hasSize(2);
    assertThat(fault(entries.get(1)))
        .endsWith(
            ":3: found more than 16777216 bytes in one row, expected CSV: nothing after it is read");
  }

  @Test
  void open_standardInput_isReadOnceUnpackedAsJsonOrCsv() throws Exception {
    assertThat(standardInput(gzip(ROW + "no JSON\n" + ROW))).hasSize(3);
    List<FileEntry<FileExample>> csv =
        standardInput("prompt,completion\nq,a\nq\n".getBytes(StandardCharsets.UTF_8));
    assertThat(csv.get(0)).isInstanceOf(FileEntry.Parsed.class);
    assertThat(fault(csv.get(1)))
        .isEqualTo("standard input:3: found 1 cell(s), expected 2 as in the first row");
    assertThatThrownBy(() -> standardInput(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("standard input: it holds no entry; expected JSONL");
  }

  @Test
  @Timeout(30)
  void next_standardInput_doesNotWaitForTheRowBehind() throws Exception {
    InputStream before = System.in;
    try (PipedOutputStream writer = new PipedOutputStream()) {
      System.setIn(new PipedInputStream(writer));
      writer.write(ROW.getBytes(StandardCharsets.UTF_8));
      try (RecordFile<FileExample> opened = ExampleFile.open(Reading.STANDARD_INPUT)) {
        assertThat(opened.next().number()).isEqualTo(1);
        writer.write(ROW.getBytes(StandardCharsets.UTF_8));
        assertThat(opened.next().number()).isEqualTo(2);
        writer.close();
        assertThat(opened.hasNext()).isFalse();
      }
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void open_spooledStandardInput_isCsvByItsBeginning() throws Exception {
    Path file = file("standard-input", "meta.q,completion\nq,a\n".getBytes(StandardCharsets.UTF_8));
    Reading reading = new Reading(FieldMap.of(Map.of("prompt", "meta.q")), false);
    try (RecordFile<FileExample> opened = ExampleFile.open(file, reading.ofStandardInput())) {
      assertThat(opened.name()).isEqualTo("standard input");
      FileExample read = ((FileEntry.Parsed<FileExample>) opened.next()).value();
      assertThat(read.messages().get(0).getContent()).isEqualTo("q");
      assertThat(opened.hasNext()).isFalse();
    }
  }

  private static List<FileEntry<FileExample>> standardInput(byte[] bytes) {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(bytes));
      return entries(Reading.STANDARD_INPUT);
    } finally {
      System.setIn(before);
    }
  }
}
