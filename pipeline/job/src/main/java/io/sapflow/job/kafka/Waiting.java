package io.sapflow.job.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Waits: between two looks at something, or for an answer. */
public final class Waiting {
  private Waiting() {}

  /**
   * Sleeps.
   *
   * @throws StackException if the thread is interrupted
   */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting", e);
    }
  }

  /**
   * What a future gives.
   *
   * @param what for error messages, which begin with "no" and this
   * @throws StackException if it gives nothing within the limit, fails, or the thread is
   *     interrupted
   */
  public static <T> T get(CompletableFuture<? extends T> future, Duration limit, String what) {
    return get(future, limit, what, failed -> failed.getCause().getMessage());
  }

  /** The same, with the reason of a failure in other words. */
  public static <T> T get(
      CompletableFuture<? extends T> future,
      Duration limit,
      String what,
      Function<ExecutionException, String> reason) {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new StackException("no " + what + " within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new StackException("no " + what + ": " + reason.apply(e), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for the " + what, e);
    }
  }
}
