package io.sapflow.http;

import java.io.IOException;

/** A server gave no answer; the message says why, and names its {@link Address}. */
public final class NoReplyException extends IOException {

  private static final long serialVersionUID = 1;

  private final boolean passing;

  /**
   * No answer.
   *
   * @param passing whether the same call may have one later
   */
  NoReplyException(String message, boolean passing, Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  /** Whether the same call may have an answer later. */
  public boolean passing() {
    return passing;
  }
}
