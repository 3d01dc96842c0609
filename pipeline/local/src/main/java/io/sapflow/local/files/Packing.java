package io.sapflow.local.files;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.compress.compressors.CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * How a file is packed, which its first bytes tell; its name does not count. It is unpacked as it
 * is read, so that what it holds may be of any size. What is packed otherwise, or is no text, is
 * refused by its name.
 */
final class Packing {

  private static final int BUFFER = 1 << 16;
  private static final int BEGINNING = 8;

  /** What one call unpacks is lost where it meets damage, with zstd. */
  private static final int PIECE = 512;

  private static final String UNPACK = "unpack it first";

  /** Opens the stream of what is packed. */
  private interface Opener {
    CompressorInputStream open(InputStream packed) throws IOException;
  }

  /** A packing that is read: its name, and how files of it begin. */
  private record Read(String name, List<byte[]> beginnings, Opener opener) {}

  /** What is not read: how files of it begin, and what to do with one. */
  private record Other(String name, List<byte[]> beginnings, String advice) {}

  private static final List<Read> READ =
      List.of(
          new Read(
              "gzip", List.of(hex("1f8b")), packed -> new GzipCompressorInputStream(packed, true)),
          new Read("zstd", zstd(), ZstdCompressorInputStream::new));

  private static final List<Other> OTHERS =
      List.of(
          new Other(
              "a Parquet file",
              List.of(hex("50415231")),
              "COPY (FROM 'x.parquet') TO 'x.jsonl' in DuckDB makes JSONL of it, or in pandas"
                  + " read_parquet('x.parquet').to_json('x.jsonl', orient='records', lines=True)"),
          new Other("an Arrow file", List.of(hex("4152524f5731")), "write it as JSONL"),
          new Other(
              "an Avro file", List.of(hex("4f626a01")), "avro-tools tojson makes JSONL of it"),
          new Other("a zip archive", List.of(hex("504b0304")), UNPACK),
          new Other("packed by bzip2", bzip2(), UNPACK),
          new Other("packed by xz", List.of(hex("fd377a585a00")), UNPACK),
          new Other("text in UTF-16", List.of(hex("fffe"), hex("feff")), "write it in UTF-8"));

  private Packing() {}

  /** A frame, or one that is to be skipped, of which there are sixteen. */
  private static List<byte[]> zstd() {
    List<byte[]> beginnings = new ArrayList<>();
    beginnings.add(hex("28b52ffd"));
    for (char digit : "0123456789abcdef".toCharArray()) {
      beginnings.add(hex("5" + digit + "2a4d18"));
    }
    return beginnings;
  }

  /** With its level, from 1 to 9. */
  private static List<byte[]> bzip2() {
    return IntStream.rangeClosed(1, 9)
        .mapToObj(level -> hex("425a683" + level + "31415926"))
        .toList();
  }

  /**
   * What a file holds.
   *
   * @param packed whether it had to be unpacked
   */
  record Unpacked(BufferedInputStream in, boolean packed) {}

  /**
   * What a file holds, unpacked.
   *
   * @throws DamagedException if it is damaged from the beginning, or is none that is read
   */
  static Unpacked unpacked(InputStream raw) throws IOException {
    BufferedInputStream plain = new BufferedInputStream(raw, BUFFER);
    byte[] first = beginning(plain);
    Read packing = packing(first);
    if (packing == null) {
      refuseOthers(first);
      return new Unpacked(plain, false);
    }
    BufferedInputStream inside = new BufferedInputStream(new Unpacking(packing, plain), BUFFER);
    byte[] within = beginning(inside);
    Read second = packing(within);
    if (second != null) {
      throw new DamagedException(
          "it is packed twice, by " + packing.name() + " around " + second.name());
    }
    refuseOthers(within);
    return new Unpacked(inside, true);
  }

  private static byte[] beginning(BufferedInputStream in) throws IOException {
    in.mark(BEGINNING);
    byte[] first = in.readNBytes(BEGINNING);
    in.reset();
    return first;
  }

  private static Read packing(byte[] first) {
    for (Read packing : READ) {
      if (beginsWithOne(first, packing.beginnings())) {
        return packing;
      }
    }
    return null;
  }

  private static void refuseOthers(byte[] first) throws DamagedException {
    for (Other other : OTHERS) {
      if (beginsWithOne(first, other.beginnings())) {
        throw new DamagedException(
            "it is " + other.name() + ", which is not read (" + other.advice() + ")");
      }
    }
  }

  private static boolean beginsWithOne(byte[] bytes, List<byte[]> beginnings) {
    return beginnings.stream()
        .anyMatch(
            each ->
                bytes.length >= each.length
                    && Arrays.equals(bytes, 0, each.length, each, 0, each.length));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** Says in whose data a fault is; the packing's own words would not. */
  private static final class Unpacking extends FilterInputStream {

    private final String name;
    private final CompressorInputStream unpacked;
    private DamagedException damage;

    Unpacking(Read packing, InputStream packed) throws IOException {
      this(packing.name(), opened(packing, packed));
    }

    private Unpacking(String name, CompressorInputStream unpacked) {
      super(unpacked);
      this.name = name;
      this.unpacked = unpacked;
    }

    private static CompressorInputStream opened(Read packing, InputStream packed)
        throws IOException {
      try {
        return packing.opener().open(packed);
      } catch (IOException e) {
        throw damaged(packing.name(), e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    /** In small pieces, and with what was unpacked before the damage in the last of them. */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (damage != null) {
        throw damage;
      }
      long before = unpacked.getBytesRead();
      try {
        return unpacked.read(into, offset, Math.min(length, PIECE));
      } catch (IOException e) {
        damage = damaged(name, e);
        int good = (int) (unpacked.getBytesRead() - before);
        if (good > 0) {
          return good;
        }
        throw damage;
      }
    }

    /** Nobody can tell what is there before it is unpacked. */
    @Override
    public int available() {
      return 0;
    }

    private static DamagedException damaged(String name, IOException cause) {
      if (String.valueOf(cause.getMessage()).contains("too much memory")) {
        return new DamagedException(
            "the "
                + name
                + " data needs a window that is too long (zstd --long), expected one of at most 128"
                + " MiB: nothing after it can be read",
            cause);
      }
      return new DamagedException(
          "the " + name + " data is cut or damaged here: nothing after it can be read", cause);
    }
  }
}
