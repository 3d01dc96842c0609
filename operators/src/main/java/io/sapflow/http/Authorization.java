package io.sapflow.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

  /**
   * Basic authorization by a secret of the environment; null where there is none.
   *
   * @param variable of the environment
   * @param value what it holds, {@code user:password}; null for nothing
   * @throws IllegalArgumentException naming the variable, if it holds anything else
   */
  public static String basic(String variable, String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String secret = value.strip();
    if (secret.indexOf(':') < 1) {
      throw new IllegalArgumentException(
          variable
              + ": found a value without a user's name before a colon, expected user:password");
    }
    return "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
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
