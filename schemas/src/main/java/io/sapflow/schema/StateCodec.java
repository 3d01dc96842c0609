package io.sapflow.schema;

import static io.sapflow.schema.QuarantineReason.CUT;
import static io.sapflow.schema.QuarantineReason.GARBAGE;
import static io.sapflow.schema.QuarantineReason.MALFORMED;
import static io.sapflow.schema.QuarantineReason.UNKNOWN_SCHEMA;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding, as {@link RecordCodec} has it, of what a job keeps as state, or
 * hands from one operator to the next once it was judged. What it encodes it decodes, of whatever
 * size: the limits that hold for records of strangers are not those of state.
 *
 * <p>Not thread-safe.
 *
 * @param <T> the record type
 */
public final class StateCodec<T extends SpecificRecord> {

  /** The marker C3 01 and the schema's fingerprint. */
  private static final int HEADER = 10;

  private static final short MARKER = 0x01C3;

  private final Schema schema;
  private final SpecificData model;
  private final BinaryMessageEncoder<T> encoder;
  private final SchemaStore released;
  private final Map<Long, DatumReader<T>> readers = new HashMap<>();

  private StateCodec(Class<T> type) {
    this.schema = SpecificData.get().getSchema(type);
    this.model = SpecificData.getForClass(type);
    this.encoder = new BinaryMessageEncoder<>(model, schema, true);
    this.released = ReleasedSchemas.of(schema);
  }

  /** A codec for a record type. */
  public static <T extends SpecificRecord> StateCodec<T> of(Class<T> type) {
    return new StateCodec<>(type);
  }

  /** The record's bytes. */
  public byte[] encode(T record) {
    try {
      ByteBuffer encoded = encoder.encode(record);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
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
    if (bytes.length < HEADER) {
      throw failure(CUT, bytes, "end before the record does", null);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getShort() != MARKER) {
      throw failure(GARBAGE, bytes, "do not begin with Avro's single-object marker C3 01", null);
    }
    DatumReader<T> reader = reader(header.getLong(), bytes);
    StateDecoder in = new StateDecoder(bytes, HEADER);
    T record;
    try {
      record = reader.read(null, in);
    } catch (BufferUnderflowException e) {
      throw failure(CUT, bytes, "end before the record does", e);
    } catch (IOException | RuntimeException e) {
      throw failure(MALFORMED, bytes, "are no valid record (" + e.getMessage() + ")", e);
    }
    if (in.remaining() > 0) {
      throw failure(MALFORMED, bytes, "go on for " + in.remaining() + " after the record", null);
    }
    return record;
  }

  private DatumReader<T> reader(long fingerprint, byte[] bytes) throws UndecodableRecordException {
    DatumReader<T> known = readers.get(fingerprint);
    if (known != null) {
      return known;
    }
    Schema writer = released.findByFingerprint(fingerprint);
    if (writer == null) {
      throw failure(
          UNKNOWN_SCHEMA,
          bytes,
          "are of a schema that no release knows (" + Long.toHexString(fingerprint) + ")",
          null);
    }
    DatumReader<T> reader = new SpecificDatumReader<>(writer, schema, model);
    readers.put(fingerprint, reader);
    return reader;
  }

  private UndecodableRecordException failure(
      QuarantineReason reason, byte[] bytes, String found, Throwable cause) {
    return new UndecodableRecordException(
        reason, bytes.length + " bytes " + found + ", expected a " + schema.getName(), cause);
  }
}
