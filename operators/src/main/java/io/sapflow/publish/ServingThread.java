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
 * Aligns one server with the store on a thread of its own: all adapters at the start, one when its
 * pointer has moved, those that the server has lost. What fails is tried again, later each time,
 * until it works.
 */
final class ServingThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServingThread.class);

  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  /** Stands for all of the store. */
  private static final String ALL = "";

  /** How it stands with one adapter. */
  private static final class Turn {
    private final Backoff backoff;
    private final FailureLog trouble;

    /** Which attempt counts: of those that wait, the one of the adapter's last move alone. */
    private int number;

    Turn(Backoff backoff, FailureLog trouble) {
      this.backoff = backoff;
      this.trouble = trouble;
    }
  }

  private final ServedAdapters adapters;
  private final Duration firstPause;
  private final Runnable pushes;
  private final Runnable failures;
  private final ScheduledThreadPoolExecutor executor;
  private final Map<String, Turn> turns = new HashMap<>();
  private final FailureLog looks;

  /**
   * A thread that begins at once.
   *
   * @param firstPause before the second attempt; then it doubles
   * @param look time between two looks at what the server has
   * @param pushes is run each time that the server was brought in line
   * @param failures is run at each attempt, and each look, that failed
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
    this.looks = new FailureLog(LOG, "looking at what " + adapters.shown() + " has");
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "sapflow-serving");
              thread.setDaemon(true);
              return thread;
            });
    moved(ALL);
    executor.scheduleWithFixedDelay(
        this::look, look.toMillis(), look.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An adapter's pointer has moved. */
  void moved(String adapterId) {
    executor.execute(() -> begin(adapterId));
  }

  private void begin(String adapterId) {
    Turn turn = turn(adapterId);
    turn.number++;
    turn.backoff.worked();
    tryOnce(adapterId, turn.number);
  }

  private Turn turn(String adapterId) {
    return turns.computeIfAbsent(
        adapterId,
        id ->
            new Turn(
                new Backoff(firstPause),
                new FailureLog(
                    LOG,
                    id.equals(ALL)
                        ? "listing the store"
                        : "serving adapter " + id + " at " + adapters.shown())));
  }

  private void tryOnce(String adapterId, int number) {
    Turn turn = turn(adapterId);
    if (number != turn.number) {
      return;
    }
    try {
      if (adapterId.equals(ALL)) {
        adapters.promoted().forEach(this::begin);
      } else if (adapters.align(adapterId)) {
        pushes.run();
      }
      turn.backoff.worked();
      turn.trouble.worked();
    } catch (IOException | RuntimeException e) {
      failures.run();
      turn.trouble.failed(why(e));
      turn.backoff.failed(null);
      executor.schedule(
          () -> tryOnce(adapterId, number), turn.backoff.pause().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String why(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** A server that does not list its models is none that has lost some. */
  private void look() {
    try {
      for (String adapterId : adapters.strayed()) {
        if (turn(adapterId).backoff.pause().isZero()) {
          begin(adapterId);
        }
      }
      looks.worked();
    } catch (IOException | RuntimeException e) {
      failures.run();
      looks.failed(why(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has the thread end, in the middle of a request if need be; the files say how far it came. */
  void end() {
    executor.shutdownNow();
  }

  /** Waits until the thread has ended, but not for long. */
  @Override
  public void close() {
    end();
    try {
      executor.awaitTermination(LAST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
