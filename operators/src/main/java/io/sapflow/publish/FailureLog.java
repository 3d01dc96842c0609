package io.sapflow.publish;

import org.slf4j.Logger;

/**
 * A line in the log when something begins to fail, or fails otherwise than before, and one when it
 * works again; nothing in between. For one thread.
 */
public final class FailureLog {

  private final Logger log;
  private final String what;

  private String last;
  private long failures;

  /** A log of what is done again and again, such as {@code posting alerts}. */
  public FailureLog(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  /** It has failed, and why. */
  public void failed(String why) {
    failures++;
    if (!why.equals(last)) {
      log.warn("{} failed and is tried again: {}", what, why);
    }
    last = why;
  }

  /** It has worked. */
  public void worked() {
    if (failures > 0) {
      log.info("{} works again after {} failures", what, failures);
    }
    failures = 0;
    last = null;
  }
}
