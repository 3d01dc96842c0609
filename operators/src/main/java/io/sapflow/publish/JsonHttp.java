package io.sapflow.publish;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JSON over HTTP. Every exchange ends in time, and an answer is read up to a bound, whatever the
 * other side does. Redirects are not followed: the authorization is for one server.
 */
final class JsonHttp {

  /** What others are told of an answer, in characters. */
  private static final int BEGINNING = 200;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(JsonHttp.class);

  /**
   * An answer.
   *
   * @param status HTTP's
   * @param body up to the bound
   */
  record Reply(int status, String body) {

    boolean ok() {
      return status / 100 == 2;
    }

    /** Status and the body's beginning, fit for a line of a log. */
    String words() {
      String plain = body.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+", " ").strip();
      return "answered "
          + status
          + (plain.isEmpty() ? "" : ": " + plain.substring(0, Math.min(BEGINNING, plain.length())));
    }
  }

  private final HttpClient client;
  private final Duration timeout;
  private final String authorization;

  /**
   * A client.
   *
   * @param timeout of an exchange from connecting to the end of the answer
   * @param authorization the header's value; null for none
   */
  JsonHttp(Duration timeout, String authorization) {
    this.client =
        HttpClient.newBuilder()
            // Servers that know no upgrade complain of HTTP/2's.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    this.timeout = timeout;
    this.authorization = authorization;
  }

  /**
   * A secret of the environment that can stand in a header; null where there is none.
   *
   * @param scheme that goes before it, such as {@code "Bearer "}; may be empty
   */
  static String secret(String name, String scheme) {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      return null;
    }
    if (!fitsHeader(value.strip())) {
      LOG.error(
          "{}: found a value that cannot stand in a header, expected one line of ASCII; requests go"
              + " without it",
          name);
      return null;
    }
    return scheme + value.strip();
  }

  static boolean fitsHeader(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Posts a JSON text; the answer is read up to {@code most} bytes. */
  Reply post(URI to, byte[] json, int most) throws IOException, InterruptedException {
    return exchange(
        HttpRequest.newBuilder(to)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json)),
        most);
  }

  /** Gets a text; it is read up to {@code most} bytes. */
  Reply get(URI from, int most) throws IOException, InterruptedException {
    return exchange(HttpRequest.newBuilder(from).GET(), most);
  }

  private Reply exchange(HttpRequest.Builder request, int most)
      throws IOException, InterruptedException {
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.timeout(timeout).build(), info -> new BoundedBody(most));
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Reply(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
    } catch (TimeoutException | CancellationException e) {
      throw new IOException("gave no answer within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("cannot be reached: " + words(e.getCause()), e);
    } finally {
      answer.cancel(true);
    }
  }

  /** Some of the client's exceptions have a name alone. */
  private static String words(Throwable cause) {
    return cause.getClass().getSimpleName()
        + (cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
  }
}
