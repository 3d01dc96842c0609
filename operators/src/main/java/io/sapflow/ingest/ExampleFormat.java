package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import java.nio.ByteBuffer;
import java.util.Locale;

/** What the values of an examples topic are written in. */
public enum ExampleFormat {
  /** Two marker bytes, the fingerprint of the writer's schema, the record. */
  AVRO("Avro single-object encoding"),
  /** A zero, the id of the writer's schema in a registry as four bytes, the record. */
  CONFLUENT("Confluent's wire format"),
  /** One JSON object. */
  JSON("a JSON object");

  /** Of Confluent's wire format: the zero and the id. */
  static final int CONFLUENT_HEADER = 5;

  private final String words;

  ExampleFormat(String words) {
    this.words = words;
  }

  /** As the option calls it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As people call it. */
  public String words() {
    return words;
  }

  /** The format that a value's beginning is the mark of; null for none. */
  public static ExampleFormat marked(byte[] value) {
    if (value.length >= 2 && value[0] == (byte) 0xC3 && value[1] == 1) {
      return AVRO;
    }
    if (value.length >= CONFLUENT_HEADER && value[0] == 0) {
      return CONFLUENT;
    }
    for (byte each : value) {
      if (each == '{') {
        return JSON;
      }
      if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
        return null;
      }
    }
    return null;
  }

  /** The id of the schema in a value of Confluent's wire format. */
  static int schemaId(byte[] value) {
    return ByteBuffer.wrap(value).getInt(1);
  }

  /** That a value is in another format than this one, or in none. */
  RejectedRecordException refuse(byte[] value) {
    ExampleFormat found = marked(value);
    String what =
        found == null
            ? (isMarkedByOrder(value)
                ? "a byte order mark"
                : value.length + " bytes in no format of examples")
            : found.words + (found == CONFLUENT ? " (schema id " + schemaId(value) + ")" : "");
    return Rules.rejected(
        QuarantineReason.GARBAGE,
        "found " + what + ", expected " + words + " (sapflow.examples.format: " + key() + ")");
  }

  private static boolean isMarkedByOrder(byte[] value) {
    return value.length >= 3
        && value[0] == (byte) 0xEF
        && value[1] == (byte) 0xBB
        && value[2] == (byte) 0xBF;
  }
}
