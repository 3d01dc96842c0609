package io.sapflow.job.source;

/** A batch whose rest cannot be opened, from one offset on. */
final class UnreadableBatchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long offset;

  UnreadableBatchException(long offset, Throwable cause) {
    super("offset " + offset + " cannot be read: " + cause, cause);
    this.offset = offset;
  }

  /** The first that cannot be read. */
  long offset() {
    return offset;
  }
}
