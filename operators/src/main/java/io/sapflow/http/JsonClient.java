package io.sapflow.http;

import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks one server in JSON over HTTP. Every try ends in time, and an answer is read up to a limit,
 * whatever the other side does. Redirects are not followed: the authorization is for one server.
 * Thread-safe.
 */
public final class JsonClient {

  private static final String JSON = "application/json";

  /** The longest that a connection takes to be made. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final HttpClient client;
  private final Duration timeout;
  private final Duration connect;
  private final String authorization;

  /** Null where a call is tried once. */
  private final FailsafeExecutor<Reply> retrying;

  private volatile String lastFailure;

  /**
   * A client that tries each call once.
   *
   * @param timeout of a try from connecting to the end of the answer
   * @param authorization the header's value; null for none
   */
  public JsonClient(Duration timeout, String authorization) {
    this(timeout, authorization, null);
  }

  /**
   * A client.
   *
   * @param timeout of a try from connecting to the end of the answer
   * @param authorization the header's value; null for none
   * @param retries of a call; null for none
   */
  public JsonClient(Duration timeout, String authorization, Retries retries) {
    this.timeout = timeout;
    this.connect = timeout.compareTo(CONNECT) < 0 ? timeout : CONNECT;
    this.authorization = authorization;
    this.retrying = retries == null ? null : Failsafe.with(retries.policies());
    this.client =
        HttpClient.newBuilder()
            // Servers of models know HTTP/1.1; an offer to upgrade makes some of them lose the
            // body.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .build();
  }

  /**
   * Posts a JSON text.
   *
   * @return the last try's answer, whatever its status
   * @throws NoReplyException if there is none
   */
  public Reply post(URI to, byte[] json, BodyLimit limit) throws IOException, InterruptedException {
    return ask(
        HttpRequest.newBuilder(to)
            .header("Content-Type", JSON)
            .POST(BodyPublishers.ofByteArray(json)),
        limit);
  }

  /**
   * Gets a text.
   *
   * @return the last try's answer, whatever its status
   * @throws NoReplyException if there is none
   */
  public Reply get(URI from, BodyLimit limit) throws IOException, InterruptedException {
    return ask(HttpRequest.newBuilder(from).GET(), limit);
  }

  /**
   * Asks what a server takes at an address, which leaves everything as it is.
   *
   * @return the last try's answer, whatever its status
   * @throws NoReplyException if there is none
   */
  public Reply options(URI at, BodyLimit limit) throws IOException, InterruptedException {
    return ask(HttpRequest.newBuilder(at).method("OPTIONS", BodyPublishers.noBody()), limit);
  }

  private Reply ask(HttpRequest.Builder builder, BodyLimit limit)
      throws IOException, InterruptedException {
    builder.header("Accept", JSON);
    if (authorization != null) {
      builder.header("Authorization", authorization);
    }
    HttpRequest request = builder.build();
    if (retrying == null) {
      return once(request, limit);
    }
    try {
      return retrying.get(() -> once(request, limit));
    } catch (CircuitBreakerOpenException e) {
      throw new NoReplyException(lastFailure, true, e);
    } catch (FailsafeException e) {
      throw unwrapped(e);
    }
  }

  /** What a try threw, or that the thread was interrupted between two. */
  private static IOException unwrapped(FailsafeException wrapping) throws InterruptedException {
    if (wrapping.getCause() instanceof InterruptedException) {
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException().initCause(wrapping);
    }
    if (wrapping.getCause() instanceof IOException failure) {
      return failure;
    }
    throw wrapping;
  }

  private Reply once(HttpRequest request, BodyLimit limit)
      throws IOException, InterruptedException {
    String server = Address.shown(request.uri());
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new LimitedBody(limit));
    try {
      Reply reply = reply(server, answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
      if (reply.passing()) {
        lastFailure = reply.words();
      }
      return reply;
    } catch (TimeoutException | CancellationException e) {
      throw failed(slow("answer", timeout), server, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BodyTooLongException tooLong) {
        throw new NoReplyException(tooLong.getMessage() + " at " + server, false, tooLong);
      }
      throw failed(words(e.getCause()), server, e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static Reply reply(String server, HttpResponse<byte[]> response) {
    return new Reply(
        server,
        response.statusCode(),
        new String(response.body(), StandardCharsets.UTF_8),
        // In seconds; a date counts for nothing.
        response
            .headers()
            .firstValue("Retry-After")
            .filter(value -> value.matches("\\d{1,6}"))
            .map(value -> Duration.ofSeconds(Long.parseLong(value)))
            .orElse(null));
  }

  private NoReplyException failed(String what, String server, Throwable cause) {
    lastFailure = what + " at " + server;
    return new NoReplyException(lastFailure, true, cause);
  }

  private String words(Throwable failure) {
    if (failure instanceof HttpConnectTimeoutException) {
      return slow("connection", connect);
    }
    if (failure instanceof HttpTimeoutException) {
      return slow("answer", timeout);
    }
    if (failure instanceof ConnectException) {
      return refused(failure);
    }
    // Some of the client's exceptions have a name alone.
    return failure instanceof IOException && failure.getMessage() != null
        ? failure.getMessage()
        : failure.getClass().getSimpleName();
  }

  private static String slow(String what, Duration within) {
    return "no " + what + " within " + within.toMillis() / 1000.0 + " s";
  }

  private static String refused(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "host unknown";
      }
    }
    return failure.getMessage() == null
        ? "connection refused"
        : failure.getMessage().toLowerCase(Locale.ROOT);
  }
}
