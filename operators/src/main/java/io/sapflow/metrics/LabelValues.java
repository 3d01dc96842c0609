package io.sapflow.metrics;

import io.sapflow.schema.Digests;
import java.util.regex.Pattern;

/** Values of labels, of texts that strangers may have written. */
public final class LabelValues {

  /** Stands for all values beyond the bound; no value of its own. */
  public static final String OTHERS = "_others";

  private static final int LONGEST = 64;
  private static final int DIGEST_DIGITS = 8;
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LONGEST - 1) + "}");
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9._-]");

  private LabelValues() {}

  /**
   * A text of at most 64 of {@code [A-Za-z0-9._-]} as it is; of any other, what is left of it and
   * the first 8 hex digits of its sha256, which hold texts apart that look alike.
   */
  public static String of(String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    String digest = Digests.sha256(text).substring(0, DIGEST_DIGITS);
    int room = LONGEST - DIGEST_DIGITS - 1;
    String cut = text.substring(0, Math.min(text.length(), room));
    return STRANGE.matcher(cut).replaceAll("_") + "-" + digest;
  }
}
