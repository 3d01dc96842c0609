package io.sapflow.schema;

/** Bytes that are not a record of the expected type. */
public final class UndecodableRecordException extends Exception {

  private static final long serialVersionUID = 1;

  private final QuarantineReason reason;

  UndecodableRecordException(QuarantineReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The reason code. */
  public QuarantineReason reason() {
    return reason;
  }
}
