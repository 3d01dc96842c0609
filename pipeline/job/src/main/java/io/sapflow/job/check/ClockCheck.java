package io.sapflow.job.check;

import io.sapflow.job.kafka.BrokerClock;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.writer.WriterLeases;
import io.sapflow.schema.TopicNames;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Whether this machine's clock and the brokers' agree: signed records count by their times, and so
 * do transactions.
 *
 * @param clock this machine's
 */
record ClockCheck(Subject subject, InstantSource clock) implements Check {

  private static final Duration MOST = Duration.ofSeconds(30);

  private static final String EXPECTED =
      "clocks that agree within "
          + MOST.toSeconds()
          + " s (told by a transaction that was begun and aborted, without a record)";

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Finding look() {
    TopicNames names = subject.settings().topics();
    String topic = WriterLeases.topic(names);
    if (!subject.topics().contains(topic)) {
      return Finding.unseen("topic " + topic + " is missing", EXPECTED);
    }
    BrokerClock brokers =
        new BrokerClock(subject.kafka(), subject.settings().transactionalIdPrefix() + "-check");
    try {
      long before = clock.millis();
      long theirs = brokers.millis(WriterLeases.id(names), topic);
      return finding(before, theirs, clock.millis());
    } catch (StackException e) {
      return Finding.unseen(e.getMessage(), EXPECTED);
    }
  }

  /** What follows from the brokers' time that was told between two looks at this machine's. */
  static Finding finding(long before, long theirs, long after) {
    long millis = theirs < before ? before - theirs : Math.max(0, theirs - after);
    String found =
        millis == 0
            ? "no difference to the brokers' clock"
            : String.format(
                "%.1f s %s the brokers' clock",
                millis / 1000.0, theirs < before ? "ahead of" : "behind");
    return millis <= MOST.toMillis()
        ? Finding.ok(found, EXPECTED)
        : Finding.warning(found, EXPECTED);
  }
}
