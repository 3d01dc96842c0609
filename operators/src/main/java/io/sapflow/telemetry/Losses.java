package io.sapflow.telemetry;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is given up: it is counted, and a line in the log says why.
 *
 * @param dropped is told how many items were given up
 */
record Losses(IntConsumer dropped) {

  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

  /** So many items were given up, which may be none. */
  void gaveUp(int items, String why) {
    if (items > 0) {
      dropped.accept(items);
      LOG.error("{} log events or spans are given up: {}", items, why);
    }
  }
}
