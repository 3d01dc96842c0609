package io.sapflow.tokens;

/** A chat that cannot be encoded. The message names what is wrong and never quotes a content. */
public final class ChatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A content holds the literal text of a control token. */
  public static final String SPECIAL_TOKEN = "SPECIAL_TOKEN";

  /** A content holds a lone surrogate. */
  public static final String INVALID_TEXT = "INVALID_TEXT";

  /** The template refuses the messages, or does not let the assistant's turns be found. */
  public static final String TEMPLATE = "TEMPLATE";

  /** A prompt does not fit. */
  public static final String TOO_LONG = "TOO_LONG";

  /** No token is left to train on. */
  public static final String NO_TARGET = "NO_TARGET";

  private final String code;

  public ChatException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** One of this class's constants. */
  public String code() {
    return code;
  }
}
