package io.sapflow.pipeline.stack;

import java.nio.file.Path;

/** A program that starts a broker, prints its process id and waits to be killed. */
final class BrokerParent {
  private BrokerParent() {}

  public static void main(String[] args) throws InterruptedException {
    try (KafkaBroker broker = KafkaBroker.start(Path.of(args[0]))) {
      System.out.println(broker.pid());
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
