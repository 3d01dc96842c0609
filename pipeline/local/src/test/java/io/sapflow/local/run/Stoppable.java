package io.sapflow.local.run;

/** A process that takes its time to stop: what it was asked for is carried out after a minute. */
final class Stoppable {

  private Stoppable() {}

  public static void main(String[] args) throws InterruptedException {
    StopSignal stop = StopSignal.install();
    System.out.println("runs");
    while (!stop.requested()) {
      Thread.sleep(10);
    }
    System.out.println("stops");
    Thread.sleep(60_000);
  }
}
