package io.sapflow.probe;

import java.time.Duration;

/** A judge's server did not answer as it should; the message says how, and at which address. */
class JudgeServerException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** The server asks to be left alone for a while. */
  static final class Busy extends JudgeServerException {
    private static final long serialVersionUID = 1;

    private final Duration pause;

    Busy(String message, Duration pause) {
      super(message, true, null);
      this.pause = pause;
    }

    /** For how long. */
    Duration pause() {
      return pause;
    }
  }

  private final boolean passing;

  private JudgeServerException(String message, boolean passing, Throwable cause) {
    super(message, cause);
    this.passing = passing;
  }

  /** The server may answer the same call later. */
  static JudgeServerException passing(String message, Throwable cause) {
    return new JudgeServerException(message, true, cause);
  }

  /** The server will not answer this call, however often it is made. */
  static JudgeServerException lasting(String message) {
    return new JudgeServerException(message, false, null);
  }

  /** Whether the server may answer the same call later. */
  final boolean passing() {
    return passing;
  }
}
