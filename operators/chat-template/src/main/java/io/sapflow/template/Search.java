package io.sapflow.template;

/** Finds a text in another; what is compared in vain is charged. */
final class Search {
  private Search() {}

  /** The first place at or after from, or -1. */
  static int first(String text, String part, int from, Budget budget) {
    if (part.isEmpty()) {
      return from <= text.length() ? from : -1;
    }
    int last = text.length() - part.length();
    int at = from;
    while (at <= last) {
      int next = text.indexOf(part.charAt(0), at);
      budget.scan((next < 0 ? text.length() : next) - at);
      if (next < 0 || next > last) {
        return -1;
      }
      if (matches(text, part, next, budget)) {
        return next;
      }
      at = next + 1;
    }
    return -1;
  }

  /** The last place that ends at or before to, or -1. */
  static int last(String text, String part, int to, Budget budget) {
    if (part.isEmpty()) {
      return to;
    }
    int at = to - part.length();
    while (at >= 0) {
      int next = text.lastIndexOf(part.charAt(0), at);
      budget.charge(1 + (at - Math.max(next, 0)) / 4);
      if (next < 0 || matches(text, part, next, budget)) {
        return next;
      }
      at = next - 1;
    }
    return -1;
  }

  private static boolean matches(String text, String part, int at, Budget budget) {
    int same = 1;
    while (same < part.length() && text.charAt(at + same) == part.charAt(same)) {
      if ((++same & 0xfff) == 0) {
        budget.charge(0x800);
      }
    }
    budget.charge(2 + (same & 0xfff) / 2);
    return same == part.length();
  }

  /** How often a text stands in another, without overlaps; the empty one around each character. */
  static long count(String text, String part, Budget budget) {
    if (part.isEmpty()) {
      budget.scan(text.length());
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = first(text, part, 0, budget);
        at >= 0;
        at = first(text, part, at + part.length(), budget)) {
      count++;
    }
    return count;
  }
}
