package io.sapflow.ops.topics;

/** Text of records, fit for a line on a terminal. */
public final class PlainText {

  private static final int LONGEST = 1000;

  private PlainText() {}

  /** Without control, format and line-separating characters; cut where it is too long. */
  public static String of(CharSequence text) {
    String plain = text.toString().replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "...";
  }
}
