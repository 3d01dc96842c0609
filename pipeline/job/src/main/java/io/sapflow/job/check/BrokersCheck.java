package io.sapflow.job.check;

import io.sapflow.job.kafka.Reach;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.KafkaOptions;

/** Whether brokers can be reached. */
record BrokersCheck(Subject subject) implements Check {

  static final String NAME = "brokers";

  private static final String EXPECTED = "Kafka brokers at " + KafkaOptions.BOOTSTRAP_SERVERS.key();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Finding look() {
    String servers = subject.settings().get(KafkaOptions.BOOTSTRAP_SERVERS);
    try {
      return Finding.ok(servers + " answers, " + subject.topics().size() + " topics", EXPECTED);
    } catch (StackException e) {
      if (isOfAddress(e)) {
        return Finding.told(e, EXPECTED);
      }
      return Reach.accepts(subject.kafka())
          ? Finding.ok(servers + " accepts connections", EXPECTED)
          : Finding.fault(servers + ", where nobody answers", EXPECTED);
    }
  }

  /** Whether it is the address that is wrong, and not how the client comes to it. */
  static boolean isOfAddress(StackException failure) {
    return failure.getMessage().startsWith(KafkaOptions.BOOTSTRAP_SERVERS.key());
  }
}
