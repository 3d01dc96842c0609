package io.sapflow.local.run;

import sun.misc.Signal;

/** Ctrl-C or SIGTERM as a request that its holder carries out; the second one ends the JVM. */
public final class StopSignal {

  private static final int INTERRUPTED = 130;

  private volatile boolean requested;

  private StopSignal() {}

  /** Takes over both signals of this JVM. */
  public static StopSignal install() {
    StopSignal stop = new StopSignal();
    for (String name : new String[] {"INT", "TERM"}) {
      Signal.handle(new Signal(name), signal -> stop.request());
    }
    return stop;
  }

  private void request() {
    if (requested) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    requested = true;
  }

  /** Whether one has come. */
  public boolean requested() {
    return requested;
  }
}
