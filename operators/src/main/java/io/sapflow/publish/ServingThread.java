package io.sapflow.publish;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aligns a server with the store on a thread of its own: all adapters at the start, one when its
 * pointer has moved, those that the server has lost. What fails is tried again, later each time,
 * until it works.
 */
final class ServingThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServingThread.class);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final ServedAdapters adapters;
  private final Duration firstPause;
  private final Runnable pushes;
  private final Runnable failures;
  private final ScheduledThreadPoolExecutor executor;

  /** Which attempt at an adapter counts: of those that wait, the one of its last move alone. */
  private final Map<String, Integer> turns = new HashMap<>();

  private final Map<String, FailureLog> trouble = new HashMap<>();

  /**
   * A thread that begins at once.
   *
   * @param firstPause before the second attempt; then it doubles
   * @param look time between two looks at what the server has
   * @param pushes is run each time that the server was brought in line
   * @param failures is run at each attempt that failed
   */
  ServingThread(
      ServedAdapters adapters,
      Duration firstPause,
      Duration look,
      Runnable pushes,
      Runnable failures) {
    this.adapters = adapters;
    this.firstPause = firstPause;
    this.pushes = pushes;
    this.failures = failures;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "sapflow-serving");
              thread.setDaemon(true);
              return thread;
            });
    attempt("", 0, 0);
    executor.scheduleWithFixedDelay(this::look, 0, look.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An adapter's pointer has moved. */
  void moved(String adapterId) {
    executor.execute(() -> begin(adapterId));
  }

  private void begin(String adapterId) {
    tryOnce(adapterId, turns.merge(adapterId, 1, Integer::sum), 0);
  }

  /** Schedules an attempt; the adapter "" stands for all of the store. */
  private void attempt(String adapterId, int turn, int failed) {
    long pause =
        failed == 0
            ? 0
            : Math.min(LONGEST_PAUSE.toMillis(), firstPause.toMillis() << Math.min(failed - 1, 16));
    executor.schedule(() -> tryOnce(adapterId, turn, failed), pause, TimeUnit.MILLISECONDS);
  }

  private void tryOnce(String adapterId, int turn, int failed) {
    if (turn != turns.getOrDefault(adapterId, 0)) {
      return;
    }
    FailureLog log =
        trouble.computeIfAbsent(
            adapterId,
            id ->
                new FailureLog(LOG, id.isEmpty() ? "listing the store" : "serving adapter " + id));
    try {
      if (adapterId.isEmpty()) {
        adapters.promoted().forEach(this::begin);
      } else if (adapters.align(adapterId)) {
        pushes.run();
      }
      log.worked();
    } catch (IOException | RuntimeException e) {
      failures.run();
      log.failed(e.getMessage() == null ? e.toString() : e.getMessage());
      attempt(adapterId, turn, failed + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A server that does not list its models is none that has lost some. */
  private void look() {
    try {
      adapters.lost().forEach(this::begin);
    } catch (IOException | RuntimeException e) {
      LOG.debug("what the server has is not known: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread, in the middle of a request if need be; the files say how far it came. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      executor.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
