package io.sapflow.ingest;

/** What an adapter may be called: {@code [a-z0-9-]{1,64}}, so that it can name a directory. */
public final class AdapterIds {

  private static final int LONGEST = 64;

  private AdapterIds() {}

  /** Whether an id is valid. */
  public static boolean valid(String id) {
    return fault(id) == null;
  }

  /** What is wrong with an id, without quoting it; null where nothing is. */
  static String fault(String id) {
    if (id.isEmpty()) {
      return "no character";
    }
    if (id.length() > LONGEST) {
      return id.length() + " characters";
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
        return String.format("U+%04X as character %d", id.codePointAt(i), i + 1);
      }
    }
    return null;
  }
}
