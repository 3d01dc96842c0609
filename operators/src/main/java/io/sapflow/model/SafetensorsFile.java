package io.sapflow.model;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An open safetensors file. The header is checked in full before any tensor can be reached: a
 * corrupted file ends in a {@link ModelException}.
 *
 * <p>{@link #bytes} is a memory map, made per tensor so that files beyond 2 GiB work; the file must
 * not be cut while such a view is in use (the length is checked when the map is made). {@link
 * #floats} and {@link #longs} copy through reads and have no such limit. Not safe for use during
 * {@link #close}; reads from several threads are fine.
 */
public final class SafetensorsFile implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final SortedMap<String, TensorEntry> entries;
  private final SortedSet<String> names;
  private final Map<String, String> metadata;

  private SafetensorsFile(
      Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.dataStart = dataStart;
    this.entries = header.entries();
    this.names = Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
    this.metadata = header.metadata();
  }

  /** Opens a file and checks its header. */
  public static SafetensorsFile open(Path path) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      long size = channel.size();
      long headerBytes = headerBytes(path, channel, size);
      channel.position(8);
      SafetensorsHeader header =
          SafetensorsHeader.parse(
              path,
              new BufferedInputStream(
                  new LimitedInputStream(Channels.newInputStream(channel), headerBytes)),
              size - 8 - headerBytes);
      SafetensorsFile file = new SafetensorsFile(path, channel, 8 + headerBytes, header);
      channel = null;
      return file;
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      closeQuietly(channel);
    }
  }

  private static long headerBytes(Path path, FileChannel channel, long size) throws IOException {
    if (size < 8) {
      throw new ModelException(
          path
              + ": "
              + size
              + " bytes are too few for a safetensors file: it starts with 8 bytes"
              + " of header length");
    }
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > SafetensorsHeader.MAX_BYTES) {
      throw new ModelException(
          path
              + ": the header claims "
              + Long.toUnsignedString(headerBytes)
              + " bytes; at most "
              + SafetensorsHeader.MAX_BYTES
              + " are read");
    }
    if (headerBytes > size - 8) {
      throw new ModelException(
          path
              + ": the header claims "
              + headerBytes
              + " bytes, but only "
              + (size - 8)
              + " follow its length: the file is cut short");
    }
    return headerBytes;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The tensors' names, sorted. */
  public SortedSet<String> names() {
    return names;
  }

  /** The text pairs of {@code __metadata__}, sorted by key; empty when there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The entry of a tensor; a {@link ModelException} when the file has none of that name. */
  public TensorEntry entry(String name) {
    TensorEntry entry = entries.get(name);
    if (entry == null) {
      throw new ModelException(path + ": there is no tensor " + JsonFile.quote(name));
    }
    return entry;
  }

  /**
   * A read-only, little-endian view of a tensor's bytes, at most 2 GiB. It stays valid after {@link
   * #close}.
   */
  public ByteBuffer bytes(String name) {
    TensorEntry entry = entry(name);
    if (entry.bytes() > Integer.MAX_VALUE) {
      throw new ModelException(
          path
              + ": tensor "
              + JsonFile.quote(name)
              + " has "
              + entry.bytes()
              + " bytes; one tensor may have at most "
              + Integer.MAX_VALUE);
    }
    try {
      long size = channel.size();
      if (dataStart + entry.end() > size) {
        throw cutSinceOpened(entry, size);
      }
      ByteBuffer view =
          entry.bytes() == 0
              ? ByteBuffer.allocate(0).asReadOnlyBuffer()
              : channel.map(
                  FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), entry.bytes());
      return view.order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** A copy of some of a tensor's bytes, counted from its first. */
  public ByteBuffer copy(String name, long from, int length) {
    TensorEntry entry = entry(name);
    ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      readFully(channel, copy, dataStart + entry.begin() + from);
    } catch (EOFException e) {
      throw cutSinceOpened(entry, -1);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return copy.flip();
  }

  /** A copy of an F64, F32, F16 or BF16 tensor as float32, row major. */
  public float[] floats(String name) {
    TensorEntry entry = entry(name);
    DType dtype = entry.dtype();
    if (!dtype.widensToFloat()) {
      throw new ModelException(
          path
              + ": tensor "
              + JsonFile.quote(name)
              + " is "
              + dtype
              + "; F32, F16, BF16 or F64 would be right");
    }
    float[] values = new float[arrayLength(entry)];
    read(
        entry,
        (chunk, at) -> {
          for (int i = (int) at; chunk.hasRemaining(); i++) {
            values[i] = (float) dtype.read(chunk);
          }
        });
    return values;
  }

  /** A copy of an I64 or I32 tensor, row major. */
  public long[] longs(String name) {
    TensorEntry entry = entry(name);
    DType dtype = entry.dtype();
    if (dtype != DType.I64 && dtype != DType.I32) {
      throw new ModelException(
          path
              + ": tensor "
              + JsonFile.quote(name)
              + " is "
              + dtype
              + "; I64 or I32 would be right");
    }
    long[] values = new long[arrayLength(entry)];
    read(
        entry,
        (chunk, at) -> {
          for (int i = (int) at; chunk.hasRemaining(); i++) {
            values[i] = dtype == DType.I64 ? chunk.getLong() : chunk.getInt();
          }
        });
    return values;
  }

  private int arrayLength(TensorEntry entry) {
    if (entry.elements() > Integer.MAX_VALUE - 8) {
      throw new ModelException(
          path
              + ": tensor "
              + JsonFile.quote(entry.name())
              + " has "
              + entry.elements()
              + " elements, more than one array holds");
    }
    return (int) entry.elements();
  }

  /** Takes a piece of a tensor: its bytes, and the index of the first element in them. */
  public interface Piece {
    /** Takes it; the buffer holds the next piece once this returns. */
    void take(ByteBuffer chunk, long at);
  }

  /**
   * Hands over a tensor piece by piece, in order; of any length. Read and not mapped: a file that
   * is cut meanwhile ends in a {@link ModelException}.
   *
   * @param chunk what the pieces are read into; its capacity is a multiple of 8
   */
  public void read(String name, ByteBuffer chunk, Piece piece) {
    read(entry(name), chunk.order(ByteOrder.LITTLE_ENDIAN), piece);
  }

  private void read(TensorEntry entry, Piece piece) {
    read(
        entry,
        ByteBuffer.allocate((int) Math.min(CHUNK, entry.bytes())).order(ByteOrder.LITTLE_ENDIAN),
        piece);
  }

  private void read(TensorEntry entry, ByteBuffer chunk, Piece piece) {
    int width = entry.dtype().bytes();
    try {
      for (long at = 0; at < entry.bytes(); at += chunk.capacity()) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), entry.bytes() - at));
        readFully(channel, chunk, dataStart + entry.begin() + at);
        piece.take(chunk.flip(), at / width);
      }
    } catch (EOFException e) {
      throw cutSinceOpened(entry, -1);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new EOFException("ends at byte " + at);
      }
      at += count;
    }
  }

  private ModelException cutSinceOpened(TensorEntry entry, long size) {
    return new ModelException(
        path
            + ": tensor "
            + JsonFile.quote(entry.name())
            + " ends at byte "
            + (dataStart + entry.end())
            + ", but the file "
            + (size < 0 ? "ends before it" : "now has " + size + " bytes")
            + ": it was cut after it was opened");
  }

  private static ModelException unreadable(Path path, IOException e) {
    return new ModelException(path + ": cannot be read: " + JsonFile.reason(e), e);
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written; the failure that led here is the one to report.
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
