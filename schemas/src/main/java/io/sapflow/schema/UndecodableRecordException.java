package io.sapflow.schema;

/** Bytes that are not a record of the expected type. */
public final class UndecodableRecordException extends Exception {

  private static final long serialVersionUID = 1;

  /** Why bytes could not be decoded. */
  public enum Reason {
    /** Not Avro's single-object encoding. */
    GARBAGE,
    /** Written with a schema that no release knows. */
    UNKNOWN_SCHEMA,
    /** Ends before the record does. */
    CUT,
    /** A length above the limits in force. */
    LIMIT,
    /** Anything else, such as bytes after the record. */
    MALFORMED
  }

  private final Reason reason;

  UndecodableRecordException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The reason code. */
  public Reason reason() {
    return reason;
  }
}
