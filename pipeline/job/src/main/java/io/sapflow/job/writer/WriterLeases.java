package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;

/** Leases of what a job writes. */
public final class WriterLeases {

  private static final String BY_DEFAULT = "sapflow-writer";

  private WriterLeases() {}

  /**
   * The group and the transactional id of the register of a job's topics on the brokers: those with
   * one steps topic have one register.
   */
  public static String id(TopicNames topics) {
    return topics.is(Topic.STEPS, Topic.STEPS.byDefault())
        ? BY_DEFAULT
        : BY_DEFAULT + "-" + topic(topics);
  }

  /** The topic whose offset the register commits. */
  public static String topic(TopicNames topics) {
    return topics.of(Topic.STEPS);
  }

  /**
   * Of a store of versions.
   *
   * @param key of the option that names it
   */
  public static WriterLease store(VersionFiles files, String key, Writer writer) {
    return new WriterLease(new StoreRegister(files, key), writer);
  }

  /**
   * Of a job's topics on a broker.
   *
   * @param key of the option that names it
   */
  public static WriterLease topics(
      KafkaClients clients, TopicNames topics, String key, Writer writer) {
    return new WriterLease(new TopicRegister(clients, topics, key), writer);
  }
}
