package io.sapflow.local.files;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A file opened for its entries: CSV where its name ends in {@code .csv}, before what packing adds
 * to it; standard input, which has no name, where it begins with names between commas. Otherwise
 * JSON.
 */
final class RowsOfFile implements Rows {

  private static final int FIRST_LINE = 1 << 13;
  private static final Pattern CSV_NAME = Pattern.compile(".*\\.csv(\\.(gz|gzip|zst|zstd))?");
  private static final Pattern CSV_HEAD =
      Pattern.compile(
          "\uFEFF?\"?[\\w. -]+\"?(,\"?[\\w. -]+\"?)+\\s*", Pattern.UNICODE_CHARACTER_CLASS);

  private final Rows rows;
  private final CountedStream counted;
  private final long size;

  private RowsOfFile(Rows rows, CountedStream counted, long size) {
    this.rows = rows;
    this.counted = counted;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @param sniffed whether its beginning tells what it is, as that of standard input does
   * @throws DamagedException if it is damaged from its beginning, or is none that is read
   */
  static RowsOfFile open(Path file, boolean sniffed) throws IOException {
    boolean standard = Reading.isStandardInput(file);
    CountedStream packed = new CountedStream(standard ? System.in : Files.newInputStream(file));
    try {
      Packing.Unpacked unpacked = Packing.unpacked(packed);
      boolean csv =
          standard || sniffed
              ? beginsAsCsv(unpacked.in())
              : CSV_NAME.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT)).matches();
      CountedStream plain = new CountedStream(unpacked.in());
      return new RowsOfFile(
          csv ? new CsvRows(plain) : new RowSplitter(plain),
          unpacked.packed() ? packed : plain,
          standard ? 0 : Files.size(file));
    } catch (IOException e) {
      packed.close();
      throw e;
    }
  }

  private static boolean beginsAsCsv(BufferedInputStream buffered) throws IOException {
    buffered.mark(FIRST_LINE);
    byte[] bytes = new byte[FIRST_LINE];
    int length = 0;
    int b = buffered.read();
    while (b >= 0 && b != '\n' && length < FIRST_LINE - 1) {
      bytes[length++] = (byte) b;
      b = buffered.read();
    }
    buffered.reset();
    return CSV_HEAD.matcher(new String(bytes, 0, length, StandardCharsets.UTF_8)).matches();
  }

  @Override
  public Row next() throws IOException {
    return rows.next();
  }

  @Override
  public Row cut(String fault) {
    return rows.cut(fault);
  }

  @Override
  public boolean isArray() {
    return rows.isArray();
  }

  /** Which share of the file has been read, from 0 to 1; below 0 where nobody knows its size. */
  double share() {
    return size <= 0 ? -1 : Math.min(1, (double) counted.bytes / size);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  /** Counts what is read of a file: what is unpacked cannot be measured by its size. */
  private static final class CountedStream extends FilterInputStream {

    private long bytes;

    CountedStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      bytes += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      bytes += Math.max(0, count);
      return count;
    }
  }
}
