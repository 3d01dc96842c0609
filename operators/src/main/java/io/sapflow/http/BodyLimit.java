package io.sapflow.http;

/**
 * How much of an answer is read.
 *
 * @param bytes at most
 * @param beyond what becomes of an answer that is longer
 */
public record BodyLimit(int bytes, Beyond beyond) {

  /** What becomes of an answer that is longer than the limit. */
  public enum Beyond {
    /** Its beginning is the answer: enough to tell people what a server said. */
    CUT,
    /** It is none: half of a document means nothing. */
    FAIL
  }

  /** Refuses a limit below zero. */
  public BodyLimit {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: found " + bytes + ", expected at least 0");
    }
  }

  /** Reads so many bytes and lets go of the rest. */
  public static BodyLimit cutAt(int bytes) {
    return new BodyLimit(bytes, Beyond.CUT);
  }

  /** Takes no answer that is longer. */
  public static BodyLimit failBeyond(int bytes) {
    return new BodyLimit(bytes, Beyond.FAIL);
  }
}
