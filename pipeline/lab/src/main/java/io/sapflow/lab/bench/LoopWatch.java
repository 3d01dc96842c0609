package io.sapflow.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every few milliseconds, on a thread of its own, at what no topic tells: whether training is
 * held, and which version the pointer names.
 */
final class LoopWatch implements AutoCloseable {

  private static final long LOOK_MILLIS = 3;

  /** Where the pointer stands. */
  interface Pointer {

    /** The version that it names; null before the first. */
    String version() throws IOException;
  }

  private final Pointer pointer;
  private final Thread thread;
  private final List<Long> held = new ArrayList<>();
  private final List<Timed<String>> pointed = new ArrayList<>();
  private volatile boolean over;
  private volatile RuntimeException failure;

  /** Begins. */
  LoopWatch(Pointer pointer) {
    this.pointer = pointer;
    this.thread = new Thread(this::look, "loop-watch");
    thread.start();
  }

  private void look() {
    boolean wasHeld = false;
    String version = null;
    try {
      while (!over) {
        boolean isHeld = HeldMetrics.held() > 0;
        if (isHeld && !wasHeld) {
          note(System.currentTimeMillis());
        }
        wasHeld = isHeld;
        String named = pointer.version();
        if (named != null && !named.equals(version)) {
          note(new Timed<>(System.currentTimeMillis(), named));
          version = named;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
      }
    } catch (IOException e) {
      failure = new UncheckedIOException(e);
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private synchronized void note(long heldAt) {
    held.add(heldAt);
  }

  private synchronized void note(Timed<String> named) {
    pointed.add(named);
  }

  /** Hands on what was seen since the last time. */
  synchronized void drain(LoopLog log) {
    if (failure != null) {
      throw failure;
    }
    held.forEach(log::held);
    pointed.forEach(named -> log.pointed(named.record(), named.millis()));
    held.clear();
    pointed.clear();
  }

  @Override
  public void close() {
    over = true;
    Waits.untilEnded(thread);
  }
}
