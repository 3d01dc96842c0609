package io.sapflow.http;

import java.time.Duration;
import java.util.Set;

/**
 * A server's answer.
 *
 * @param server its {@link Address}, as it is shown
 * @param status HTTP's
 * @param body up to the limit
 * @param retryAfter the pause that the server asks for; null where it asks for none
 */
public record Reply(String server, int status, String body, Duration retryAfter) {

  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * Answers below 500 that ingresses and proxies give in passing, while what is behind them, or
   * their secret, is replaced: what was sent is as good as before.
   */
  private static final Set<Integer> ON_THE_WAY = Set.of(401, 403, 404, 407, 408, 425, 429);

  /** What people are told of a body, in characters. */
  private static final int BEGINNING = 200;

  /** Whether the server did as it was asked. */
  public boolean ok() {
    return status / 100 == 2;
  }

  /** Whether the server may answer the same call otherwise later. */
  public boolean passing() {
    return status / 100 == 5 || status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS;
  }

  /** Whether it may be that of something between here and the server, or of its secret. */
  public boolean passingOnTheWay() {
    return passing() || ON_THE_WAY.contains(status);
  }

  /** Status and server. */
  public String words() {
    return "answered " + status + " at " + server;
  }

  /** Status, server and the body's beginning, fit for a line of a log. */
  public String quoted() {
    String plain = plain(body);
    return words() + (plain.isEmpty() ? "" : ": " + plain);
  }

  /** The beginning of what a server says, fit for a line of a log. */
  public static String plain(String said) {
    String plain = said.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+", " ").strip();
    return plain.substring(0, Math.min(BEGINNING, plain.length()));
  }
}
