package io.sapflow.probe;

import java.time.Duration;

/** A judge's server did not answer as it should; the message says how, and at which address. */
final class JudgeServerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final boolean passing;
  private final Duration wait;

  private JudgeServerException(String message, boolean passing, Duration wait, Throwable cause) {
    super(message, cause);
    this.passing = passing;
    this.wait = wait;
  }

  /** It may answer the same call later. */
  static JudgeServerException passing(String message, Throwable cause) {
    return new JudgeServerException(message, true, null, cause);
  }

  /**
   * It may answer the same call later.
   *
   * @param wait how long it asks to be left alone; null if it does not say
   */
  static JudgeServerException passing(String message, Duration wait) {
    return new JudgeServerException(message, true, wait, null);
  }

  /** It will not answer this call, however often it is made. */
  static JudgeServerException lasting(String message) {
    return new JudgeServerException(message, false, null, null);
  }

  /** Whether it may answer the same call later. */
  boolean passing() {
    return passing;
  }

  /** How long it asks to be left alone; null if it does not say. */
  Duration pause() {
    return wait;
  }
}
