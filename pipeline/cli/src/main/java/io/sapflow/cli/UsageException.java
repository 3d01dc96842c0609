package io.sapflow.cli;

/** The arguments were wrong: the message names the argument, its value and what would be right. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
