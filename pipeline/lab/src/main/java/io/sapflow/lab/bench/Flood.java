package io.sapflow.lab.bench;

import io.sapflow.local.run.Feed;
import io.sapflow.schema.TrainingExample;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Sends examples at a pace, on a thread and a connection of its own, until it is closed. */
final class Flood implements AutoCloseable {

  private final Thread thread;
  private volatile boolean over;
  private volatile int sent;
  private volatile RuntimeException failure;

  /**
   * Begins.
   *
   * @param pace examples a second
   * @param examples by number
   */
  Flood(String bootstrapServers, int pace, IntFunction<TrainingExample> examples) {
    thread = new Thread(() -> send(bootstrapServers, pace, examples), "flood");
    thread.start();
  }

  private void send(String bootstrapServers, int pace, IntFunction<TrainingExample> examples) {
    long started = System.nanoTime();
    long between = TimeUnit.SECONDS.toNanos(1) / pace;
    try (Feed feed = new Feed(bootstrapServers)) {
      while (!over) {
        long due = (System.nanoTime() - started) / between;
        while (sent < due && !over) {
          feed.example(examples.apply(sent));
          sent++; // by this thread alone
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
      feed.flush();
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /** Examples sent so far. */
  int sent() {
    return sent;
  }

  /** Ends it; what was sent is with the broker. */
  @Override
  public void close() {
    over = true;
    Waits.untilEnded(thread);
    if (failure != null) {
      throw failure;
    }
  }
}
