package io.sapflow.local.run;

import java.time.Duration;
import sun.misc.Signal;

/**
 * Ctrl-C or SIGTERM as a request that its holder carries out. Whoever runs containers may send
 * SIGTERM more than once: that asks for nothing new. A Ctrl-C that comes some seconds after the
 * first signal is a person's, who does not want to wait: it ends the JVM.
 */
public final class StopSignal {

  private static final int INTERRUPTED = 130;

  /** Within which further signals belong to the first one. */
  static final Duration ONE_REQUEST = Duration.ofSeconds(3);

  private volatile boolean requested;
  private long since;

  StopSignal() {}

  /** Takes over both signals of this JVM. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    Signal.handle(new Signal("TERM"), signal -> stop.request());
    Signal.handle(new Signal("INT"), signal -> stop.interrupt());
    return stop;
  }

  synchronized void request() {
    if (!requested) {
      since = System.nanoTime();
      requested = true;
    }
  }

  private synchronized void interrupt() {
    if (requested && System.nanoTime() - since > ONE_REQUEST.toNanos()) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    request();
  }

  /** Whether one has come. */
  public boolean requested() {
    return requested;
  }
}
