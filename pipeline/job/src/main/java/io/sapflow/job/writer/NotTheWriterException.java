package io.sapflow.job.writer;

/** Another job is the writer; the message names it, and what is to be done. */
public final class NotTheWriterException extends RuntimeException {

  private static final long serialVersionUID = 1;

  NotTheWriterException(String message) {
    super(message);
  }
}
