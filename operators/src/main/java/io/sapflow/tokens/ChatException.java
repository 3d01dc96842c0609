package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;

/** A chat that cannot be encoded. The message names what is wrong and never quotes a content. */
public final class ChatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final QuarantineReason code;

  public ChatException(QuarantineReason code, String message) {
    super(message);
    this.code = code;
  }

  /** Why. */
  public QuarantineReason code() {
    return code;
  }
}
