package io.sapflow.job;

import java.net.URI;
import java.net.URISyntaxException;

/** Addresses of what the job tells or asks outside of Kafka. */
final class OutsideUrl {

  private OutsideUrl() {}

  /**
   * An http or https URL.
   *
   * @param key of the option
   * @param variable of the environment that holds the authorization
   * @param example of an address that would be right
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  static URI parse(String key, String text, String variable, String example) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw refusal(key, text, example);
    }
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          key
              + ": found a user's name or password in the URL, expected none: what authorizes stands"
              + " in the environment, in "
              + variable);
    }
    boolean http = "http".equalsIgnoreCase(url.getScheme());
    boolean web = http || "https".equalsIgnoreCase(url.getScheme());
    if (!web || url.getHost() == null || url.getRawFragment() != null || url.getPort() > 65535) {
      throw refusal(key, text, example);
    }
    return url;
  }

  /**
   * Checks the address of a page that people open, which may name a place in it.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  static void checkPage(String key, String text, String example) {
    try {
      URI url = new URI(text);
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (!web || url.getHost() == null || url.getRawUserInfo() != null) {
        throw refusal(key, text, example);
      }
    } catch (URISyntaxException e) {
      throw refusal(key, text, example);
    }
  }

  private static IllegalArgumentException refusal(String key, String text, String example) {
    // Before an @ there may be a password, and what opens a server in its path or query.
    String scheme =
        text.matches("[A-Za-z][A-Za-z0-9+.-]*://.*") ? text.replaceFirst("://.*", "://") : "";
    String rest = text.substring(scheme.length()).replaceFirst("(?s)[/?#].*", "");
    String found = scheme + rest.substring(rest.lastIndexOf('@') + 1);
    return new IllegalArgumentException(
        key + ": found " + found + ", expected a URL such as " + example);
  }
}
