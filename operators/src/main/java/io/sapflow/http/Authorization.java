package io.sapflow.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The header that opens a server. */
public final class Authorization {

  private static final Logger LOG = LoggerFactory.getLogger(Authorization.class);

  private Authorization() {}

  /**
   * A secret of the environment that can stand in the header; null where there is none.
   *
   * @param variable of the environment
   * @param scheme that goes before it, such as {@code "Bearer "}; may be empty
   */
  public static String ofVariable(String variable, String scheme) {
    return of(variable, System.getenv(variable), scheme);
  }

  static String of(String variable, String value, String scheme) {
    if (value == null || value.isBlank()) {
      return null;
    }
    if (!fits(value.strip())) {
      LOG.error(
          "{}: found a value that cannot stand in a header, expected one line of ASCII; requests go"
              + " without it",
          variable);
      return null;
    }
    return scheme + value.strip();
  }

  private static boolean fits(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
