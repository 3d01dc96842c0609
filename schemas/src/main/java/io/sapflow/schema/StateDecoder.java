package io.sapflow.schema;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary form, out of an array that the job itself has written: a length may be whatever the
 * rest of the array holds, so that what was written can be read, whatever bounds records from a
 * topic have. A longer one is refused before anything is allocated for it.
 *
 * <p>Throws {@link BufferUnderflowException} where the array ends too soon.
 */
final class StateDecoder extends Decoder {

  private final ByteBuffer in;

  /** Reads from an index on. */
  StateDecoder(byte[] bytes, int from) {
    in = ByteBuffer.wrap(bytes, from, bytes.length - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many bytes are left. */
  int remaining() {
    return in.remaining();
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() {
    return in.get() != 0;
  }

  @Override
  public int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw new AvroRuntimeException("found " + value + " where an int stands");
    }
    return (int) value;
  }

  /** Zig-zag, seven bits a byte, the lowest first. */
  @Override
  public long readLong() {
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = in.get();
      bits |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return (bits >>> 1) ^ -(bits & 1);
      }
    }
    throw new AvroRuntimeException("found a number of more than ten bytes");
  }

  @Override
  public float readFloat() {
    return in.getFloat();
  }

  @Override
  public double readDouble() {
    return in.getDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) {
    return new Utf8(take());
  }

  @Override
  public String readString() {
    int length = length();
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  @Override
  public void skipString() {
    skip(length());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) {
    return ByteBuffer.wrap(take());
  }

  @Override
  public void skipBytes() {
    skip(length());
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) {
    in.get(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) {
    skip(length);
  }

  @Override
  public int readEnum() {
    return readInt();
  }

  @Override
  public int readIndex() {
    return readInt();
  }

  @Override
  public long readArrayStart() {
    return items();
  }

  @Override
  public long arrayNext() {
    return items();
  }

  @Override
  public long skipArray() {
    return skipItems();
  }

  @Override
  public long readMapStart() {
    return items();
  }

  @Override
  public long mapNext() {
    return items();
  }

  @Override
  public long skipMap() {
    return skipItems();
  }

  /** Of a block of a collection; each item takes a byte at least. */
  private long items() {
    long items = readLong();
    if (items < 0) {
      items = -items;
      readLong();
    }
    return held(items);
  }

  /** Passes over the blocks that say how long they are; returns the items of the next, or 0. */
  private long skipItems() {
    long items = readLong();
    while (items < 0) {
      skip((int) held(readLong()));
      items = readLong();
    }
    return held(items);
  }

  private byte[] take() {
    byte[] bytes = new byte[length()];
    in.get(bytes);
    return bytes;
  }

  private int length() {
    return (int) held(readLong());
  }

  private long held(long length) {
    if (length < 0) {
      throw new AvroRuntimeException("found a length of " + length);
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }

  private void skip(int length) {
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + length);
  }
}
