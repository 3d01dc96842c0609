package io.sapflow.http;

import java.io.IOException;

/** An answer was longer than it may be. */
final class BodyTooLongException extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * An answer of more than so many bytes.
   *
   * @param bytes the limit
   */
  BodyTooLongException(int bytes) {
    super("an answer of more than " + bytes + " bytes");
  }
}
