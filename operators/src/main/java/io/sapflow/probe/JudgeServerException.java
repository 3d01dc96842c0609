package io.sapflow.probe;

/** A judge's server did not answer as it should; the message says how, and at which address. */
final class JudgeServerException extends Exception {

  private static final long serialVersionUID = 1;

  JudgeServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
