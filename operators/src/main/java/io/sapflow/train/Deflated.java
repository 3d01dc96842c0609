package io.sapflow.train;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes of state, deflated: format version, length, deflate's own form. */
final class Deflated {

  static final byte VERSION_1 = 1;

  private static final int HEADER = 1 + Integer.BYTES;

  private Deflated() {}

  static byte[] pack(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      ByteArrayOutputStream packed = new ByteArrayOutputStream(HEADER + bytes.length / 2);
      packed.writeBytes(ByteBuffer.allocate(HEADER).put(VERSION_1).putInt(bytes.length).array());
      byte[] part = new byte[8192];
      while (!deflater.finished()) {
        packed.write(part, 0, deflater.deflate(part));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }

  /**
   * The bytes that were packed.
   *
   * @throws DataFormatException if these are no packed bytes
   */
  static byte[] unpack(byte[] packed, int length) throws DataFormatException {
    if (length < HEADER || packed[0] != VERSION_1) {
      throw new DataFormatException(
          "found a block of examples of "
              + length
              + " bytes and format "
              + (length == 0 ? "none" : packed[0])
              + ", expected format "
              + VERSION_1);
    }
    byte[] bytes = new byte[ByteBuffer.wrap(packed).getInt(1)];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed, HEADER, length - HEADER);
      int read = 0;
      while (read < bytes.length) {
        int more = inflater.inflate(bytes, read, bytes.length - read);
        if (more == 0) {
          throw new DataFormatException(
              "found " + read + " bytes in a block of examples, expected " + bytes.length);
        }
        read += more;
      }
      return bytes;
    } finally {
      inflater.end();
    }
  }
}
