package io.sapflow.template;

/**
 * What a rendering may still cost: every node counts one, every character or element that is made
 * counts one more. No template can run or grow without end.
 */
final class Budget {
  private static final long WORK = 100_000_000L;
  private static final int LENGTH = 8 << 20;
  private static final int DEPTH = 64;

  private long left = WORK;
  private int depth;

  void charge(long work) {
    left -= work;
    if (left < 0) {
      throw new TemplateException("the template does more than " + WORK + " steps of work");
    }
  }

  /** Checks a length before something that long is made. */
  void length(long length) {
    if (length > LENGTH) {
      throw new TemplateException(
          "the template makes a value of length " + length + "; at most " + LENGTH + " is allowed");
    }
    charge(length);
  }

  String text(String text) {
    length(text.length());
    return text;
  }

  void enterCall() {
    if (++depth > DEPTH) {
      throw new TemplateException("macros call each other deeper than " + DEPTH);
    }
  }

  void leaveCall() {
    depth--;
  }
}
