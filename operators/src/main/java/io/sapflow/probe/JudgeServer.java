package io.sapflow.probe;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.CircuitBreakerOpenException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The server of a judge. A call that fails in a way that may pass is made again, later and later; a
 * server that did not answer several calls is left alone for a while. Thread-safe.
 */
final class JudgeServer {

  /** The fewest calls in a row, each with its retries, after which a server is left alone. */
  private static final int FAILED_CALLS = 3;

  /** The longest pause between two tries, whatever a server asks for. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** The longest answer that is read, in bytes. */
  private static final int LONGEST_ANSWER = 4 << 20;

  private final URI address;
  private final String name;
  private final JudgeKey key;
  private final Duration timeout;
  private final HttpClient client;
  private final FailsafeExecutor<byte[]> calls;
  private volatile String lastFailure;

  /**
   * A server.
   *
   * @param address that calls are posted to
   */
  JudgeServer(URI address, JudgeKey key, JudgeLimits limits) {
    this.address = address;
    // A query may hold what should not stand in a report.
    this.name = address.toString().replaceFirst("\\?.*", "");
    this.key = key;
    this.timeout = limits.timeout();
    // Servers of models know HTTP/1.1; an offer to upgrade makes some of them lose the body.
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limits.timeout())
            .build();
    CircuitBreaker<byte[]> breaker =
        CircuitBreaker.<byte[]>builder()
            .handleIf(JudgeServer::passing)
            // As many are let through to see whether it answers again: no concurrent one fails
            // then.
            .withFailureThreshold(Math.max(FAILED_CALLS, limits.concurrency()))
            .withDelay(limits.breakerDelay())
            .build();
    calls = Failsafe.with(breaker, retries(limits));
  }

  private static RetryPolicy<byte[]> retries(JudgeLimits limits) {
    Duration longest =
        limits.retryDelay().compareTo(LONGEST_PAUSE) < 0
            ? LONGEST_PAUSE
            : limits.retryDelay().plusMillis(1);
    return RetryPolicy.<byte[]>builder()
        .handleIf(JudgeServer::passing)
        .withMaxRetries(limits.retries())
        .withBackoff(limits.retryDelay(), longest)
        .withDelayFnOn(tried -> pause(tried.getLastException()), JudgeServerException.Busy.class)
        .build();
  }

  private static boolean passing(Throwable failure) {
    return failure instanceof JudgeServerException known && known.passing();
  }

  /** What a busy server asks for, within bounds. */
  private static Duration pause(Throwable busy) {
    Duration asked = ((JudgeServerException.Busy) busy).pause();
    return asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE;
  }

  /**
   * Posts JSON and returns the answer to it.
   *
   * @throws JudgeServerException if there is none
   * @throws CancellationException if the thread is interrupted
   */
  byte[] ask(byte[] request) {
    try {
      return calls.get(() -> call(request));
    } catch (CircuitBreakerOpenException e) {
      throw JudgeServerException.passing(lastFailure, e);
    }
  }

  private byte[] call(byte[] request) {
    CompletableFuture<HttpResponse<byte[]>> response =
        client.sendAsync(
            request(request),
            info -> new LimitedBody(HttpResponse.BodySubscribers.ofByteArray(), LONGEST_ANSWER));
    try {
      return content(response.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("the call to " + name + " was given up");
    } catch (TimeoutException e) {
      response.cancel(true);
      throw noted(JudgeServerException.passing(slow(), e));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LimitedBody.TooLongException
          ? JudgeServerException.lasting(
              "an answer of more than " + LONGEST_ANSWER + " bytes at " + name)
          : noted(JudgeServerException.passing(words(e.getCause()), e.getCause()));
    }
  }

  private HttpRequest request(byte[] content) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(content));
    if (key.value() != null) {
      request.header("Authorization", "Bearer " + key.value());
    }
    return request.build();
  }

  private byte[] content(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return response.body();
    }
    String message = "answered " + status + " at " + name;
    if (status == 429 || status / 100 == 5) {
      throw noted(
          retryAfter(response)
              .<JudgeServerException>map(pause -> new JudgeServerException.Busy(message, pause))
              .orElseGet(() -> JudgeServerException.passing(message, null)));
    }
    throw JudgeServerException.lasting(
        status == 401 || status == 403
            ? message + ", which the key in " + key + " would have to open"
            : message);
  }

  /** In seconds; a date is left to the backoff. */
  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }

  private String slow() {
    return "no answer within " + timeout.toMillis() / 1000.0 + " s at " + name;
  }

  private String words(Throwable failure) {
    if (failure instanceof HttpTimeoutException) {
      return slow();
    }
    if (failure instanceof ConnectException) {
      return refused(failure) + " at " + name;
    }
    return (failure instanceof IOException && failure.getMessage() != null
            ? failure.getMessage()
            : failure.getClass().getSimpleName())
        + " at "
        + name;
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

  private JudgeServerException noted(JudgeServerException failure) {
    lastFailure = failure.getMessage();
    return failure;
  }
}
