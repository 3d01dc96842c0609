package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.Topics;

/** Leases of what a job writes. */
public final class WriterLeases {

  /** The group and the transactional id of the register on the brokers. */
  public static final String ID = "sapflow-writer";

  /** The topic whose offset the register commits. */
  public static final String TOPIC = Topics.STEPS;

  private WriterLeases() {}

  /**
   * Of a store of versions.
   *
   * @param key of the option that names it
   */
  public static WriterLease store(VersionFiles files, String key, Writer writer) {
    return new WriterLease(new StoreRegister(files, key), writer);
  }

  /**
   * Of the topics on a broker.
   *
   * @param key of the option that names it
   */
  public static WriterLease topics(KafkaClients clients, String key, Writer writer) {
    return new WriterLease(new TopicRegister(clients, key), writer);
  }
}
