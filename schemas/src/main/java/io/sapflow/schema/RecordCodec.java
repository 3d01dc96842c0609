package io.sapflow.schema;

import static io.sapflow.schema.QuarantineReason.CUT;
import static io.sapflow.schema.QuarantineReason.GARBAGE;
import static io.sapflow.schema.QuarantineReason.UNKNOWN_SCHEMA;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding of one record type: two marker bytes, the fingerprint of the
 * writer's schema, the record.
 *
 * <p>Not thread-safe: one codec for each thread.
 *
 * @param <T> the record type
 */
public final class RecordCodec<T extends SpecificRecord> {

  /** The marker and the fingerprint, before the record. */
  public static final int HEADER_BYTES = 10;

  private static final byte[] MARKER = {(byte) 0xC3, 1};

  private final String type;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  private RecordCodec(Class<T> type) {
    AvroLimits.putInForce();
    Schema schema = SpecificData.get().getSchema(type);
    SpecificData model = SpecificData.getForClass(type);
    this.type = schema.getName();
    this.encoder = new BinaryMessageEncoder<>(model, schema, true);
    this.decoder = new BinaryMessageDecoder<>(model, schema, ReleasedSchemas.of(schema));
  }

  /**
   * A codec for a record type.
   *
   * @throws IllegalStateException unless Avro keeps to its limits
   */
  public static <T extends SpecificRecord> RecordCodec<T> of(Class<T> type) {
    return new RecordCodec<>(type);
  }

  /** The record's bytes. */
  public byte[] encode(T record) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      encoder.encode(record, bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The record in the bytes, whichever release wrote them.
   *
   * @throws UndecodableRecordException for every other content, whatever it is
   */
  public T decode(byte[] bytes) throws UndecodableRecordException {
    DecodingFault fault = new DecodingFault(bytes.length, type);
    try {
      ByteArrayInputStream in = new ByteArrayInputStream(bytes);
      T record = decoder.decode(in, null);
      if (in.available() > 0) {
        throw fault.trailing(in.available());
      }
      return record;
    } catch (BadHeaderException e) {
      if (Arrays.equals(Arrays.copyOf(bytes, MARKER.length), MARKER)) {
        throw fault.of(CUT, "end within the header", e);
      }
      throw fault.of(GARBAGE, "do not begin with Avro's single-object marker C3 01", e);
    } catch (MissingSchemaException e) {
      throw fault.of(
          UNKNOWN_SCHEMA, "are of a schema that no release knows (" + e.getMessage() + ")", e);
    } catch (IOException | RuntimeException e) {
      throw fault.of(e);
    }
  }
}
