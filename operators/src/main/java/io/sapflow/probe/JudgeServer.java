package io.sapflow.probe;

import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.http.Retries;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CancellationException;

/** The server of a judge. Thread-safe. */
final class JudgeServer {

  /** The fewest calls in a row, each with its retries, after which a server is left alone. */
  private static final int FAILED_CALLS = 3;

  /** Half of an answer says nothing of the rest. */
  private static final BodyLimit ANSWER = BodyLimit.failBeyond(4 << 20);

  private final URI address;
  private final JudgeKey key;
  private final JsonClient client;

  /**
   * A server.
   *
   * @param address that calls are posted to
   */
  JudgeServer(URI address, JudgeKey key, JudgeLimits limits) {
    this.address = address;
    this.key = key;
    this.client =
        new JsonClient(
            limits.timeout(),
            key.value() == null ? null : "Bearer " + key.value(),
            new Retries(
                limits.retries(),
                limits.retryDelay(),
                // As many are let through to see whether it answers again: no concurrent one fails
                // then.
                Math.max(FAILED_CALLS, limits.concurrency()),
                limits.breakerDelay()));
  }

  /**
   * Posts JSON and returns the answer to it.
   *
   * @throws JudgeServerException if there is none
   * @throws CancellationException if the thread is interrupted
   */
  String ask(byte[] request) throws JudgeServerException {
    try {
      Reply reply = client.post(address, request, ANSWER);
      if (reply.ok()) {
        return reply.body();
      }
      throw new JudgeServerException(refusal(reply), null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the call to a judge's server was given up");
    } catch (IOException e) {
      throw new JudgeServerException(e.getMessage(), e);
    }
  }

  private String refusal(Reply reply) {
    return reply.status() == 401 || reply.status() == 403
        ? reply.words() + ", which the key in " + key + " would have to open"
        : reply.words();
  }
}
