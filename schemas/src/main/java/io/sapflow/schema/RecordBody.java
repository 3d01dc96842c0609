package io.sapflow.schema;

import java.io.IOException;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's binary form of a record type without any header, as it was written with a schema that
 * somebody else keeps: fields more are passed over, fields fewer have their defaults.
 *
 * <p>Not thread-safe: one for each thread.
 *
 * @param <T> the record type
 */
public final class RecordBody<T extends SpecificRecord> {

  private final String type;
  private final DatumReader<T> reader;
  private BinaryDecoder decoder;

  private RecordBody(String type, DatumReader<T> reader) {
    this.type = type;
    this.reader = reader;
  }

  /**
   * The bodies of a record type that were written with a schema.
   *
   * @param writer its JSON text, which may hold anything
   * @throws IncompatibleSchemaException if it is none, beyond the bounds on schemas, or not of the
   *     type: the message names the field
   * @throws IllegalStateException if Avro does not keep to its limits
   */
  @SuppressWarnings("unchecked") // Avro makes readers of any type.
  public static <T extends SpecificRecord> RecordBody<T> of(Class<T> type, String writer)
      throws IncompatibleSchemaException {
    AvroLimits.putInForce();
    Schema expected = SpecificData.get().getSchema(type);
    Schema written = parsed(writer);
    String fault = SchemaFit.fault(expected, written);
    if (fault != null) {
      throw new IncompatibleSchemaException(fault);
    }
    return new RecordBody<>(
        expected.getName(), SpecificData.getForClass(type).createDatumReader(written, expected));
  }

  private static Schema parsed(String text) throws IncompatibleSchemaException {
    if (text.length() > SchemaBounds.CHARS) {
      throw new IncompatibleSchemaException(
          String.format(
              Locale.ROOT,
              "found %d characters, expected at most %d",
              text.length(),
              SchemaBounds.CHARS));
    }
    Schema schema;
    try {
      // What the writer's fields default to says nothing of what was written.
      schema = new Schema.Parser().setValidateDefaults(false).parse(text);
    } catch (RuntimeException e) {
      // Avro's own words quote the text.
      throw new IncompatibleSchemaException("found no Avro schema, expected one");
    }
    SchemaBounds.check(schema);
    return schema;
  }

  /**
   * The record in the bytes.
   *
   * @param from where it begins
   * @throws UndecodableRecordException for every other content, whatever it is
   */
  public T decode(byte[] bytes, int from) throws UndecodableRecordException {
    DecodingFault fault = new DecodingFault(bytes.length, type);
    try {
      decoder = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, decoder);
      T record = reader.read(null, decoder);
      int left = decoder.inputStream().available();
      if (left > 0) {
        throw fault.trailing(left);
      }
      return record;
    } catch (IOException | RuntimeException e) {
      throw fault.of(e);
    }
  }
}
