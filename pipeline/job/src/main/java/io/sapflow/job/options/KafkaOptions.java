package io.sapflow.job.options;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/** The brokers and the transactions of the sinks. */
public final class KafkaOptions {

  static final OptionGroup GROUP = new OptionGroup("Kafka");

  public static final ConfigOption<String> BOOTSTRAP_SERVERS =
      GROUP
          .text("sapflow.kafka.bootstrap-servers")
          .says("Addresses of the Kafka brokers, host:port, separated by commas.");

  public static final ConfigOption<Map<String, String>> PROPERTIES =
      GROUP
          .map("sapflow.kafka.properties")
          .says(
              "Properties of every Kafka client, of the job and of each command, each behind this key, such as security.protocol. Secrets stand elsewhere and are named, as Kafka's configuration providers resolve them.");

  public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
      GROUP
          .text("sapflow.kafka.transactional-id-prefix")
          .says(
              "Prefix of the sinks' transactional ids, different for jobs that share a broker; by default sapflow- and the job's name.");

  public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
      GROUP
          .duration("sapflow.kafka.transaction-timeout")
          .byDefault(Duration.ofMinutes(14))
          .says(
              "At least checkpoint interval plus execution.checkpointing.timeout, at most the broker's maximum (15 min by default); output of a checkpoint that a job goes on from later than this may be lost.");

  private KafkaOptions() {}
}
