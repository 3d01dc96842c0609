package io.sapflow.local.stack;

import java.nio.file.Path;

/**
 * A program that starts a broker in a work directory, prints its process id and waits for a signal.
 */
final class BrokerParent {
  private BrokerParent() {}

  public static void main(String[] args) throws InterruptedException {
    try (WorkDirectory work = WorkDirectory.createIn(Path.of(args[0]))) {
      KafkaBroker broker = KafkaBroker.start(work, "kafka");
      System.out.println(broker.pid());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
