package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import java.util.Objects;

/**
 * A record that goes to quarantine. The message says what was found and what would be right, and
 * quotes no content.
 */
public final class RejectedRecordException extends Exception {

  private static final long serialVersionUID = 1;

  private final String stage;
  private final QuarantineReason code;
  private final transient Origin origin;

  /** A rejection of a record of which nothing is known. */
  public RejectedRecordException(String stage, QuarantineReason code, String message) {
    this(stage, code, message, Origin.UNKNOWN);
  }

  /** A rejection of a record that says where it is from. */
  public RejectedRecordException(
      String stage, QuarantineReason code, String message, Origin origin) {
    // A stream may hold bad records only: they cost no stack trace.
    super(Objects.requireNonNull(message, "message"), null, false, false);
    this.stage = Objects.requireNonNull(stage, "stage");
    this.code = Objects.requireNonNull(code, "code");
    this.origin = Objects.requireNonNull(origin, "origin");
  }

  /** The same rejection, of a record that says where it is from. */
  public RejectedRecordException from(Origin known) {
    return new RejectedRecordException(stage, code, getMessage(), known);
  }

  /** The stage that refuses it. */
  public String stage() {
    return stage;
  }

  /** Why. */
  public QuarantineReason code() {
    return code;
  }

  /** What the record says of itself. */
  public Origin origin() {
    return origin == null ? Origin.UNKNOWN : origin;
  }
}
