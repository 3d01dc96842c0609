package io.sapflow.schema;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * What a record holds, told the same whichever build wrote it: as the first release wrote its type.
 * Digests of sets are taken of it, so that records that are written again by a newer build are the
 * same set. Only for types of which everything that counts was there in the first release.
 *
 * <p>Not thread-safe.
 */
public final class ContentBytes {

  /** Marker and fingerprint of Avro's single-object encoding. */
  private static final int HEADER = 10;

  private final BinaryMessageDecoder<GenericRecord> decoder;
  private final BinaryMessageEncoder<GenericRecord> encoder;
  private final byte[] released;

  /** For records of this type. */
  public ContentBytes(Schema type) {
    Schema first = ReleasedSchemas.read(type.getName(), 1);
    decoder = new BinaryMessageDecoder<>(GenericData.get(), first, ReleasedSchemas.of(type));
    encoder = new BinaryMessageEncoder<>(GenericData.get(), first);
    released = header(first);
  }

  private static byte[] header(Schema type) {
    byte[] header = new byte[HEADER];
    header[0] = (byte) 0xC3;
    header[1] = 0x01;
    long fingerprint = SchemaNormalization.parsingFingerprint64(type);
    for (int i = 0; i < Long.BYTES; i++) {
      header[2 + i] = (byte) (fingerprint >>> (8 * i));
    }
    return header;
  }

  /** The content of a record that can be decoded; one of the first release is its content. */
  public byte[] of(byte[] encoded) {
    if (Arrays.equals(released, Arrays.copyOf(encoded, HEADER))) {
      return encoded;
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length);
      encoder.encode(decoder.decode(encoded), bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("a record that was decoded is decoded again", e);
    }
  }
}
