package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.TopicNames;

/** Leases of what a job writes. */
public final class WriterLeases {

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
   * Of a job's topics on a broker.
   *
   * @param key of the option that names it
   */
  public static WriterLease topics(
      KafkaClients clients, TopicNames topics, String key, Writer writer) {
    return new WriterLease(new TopicRegister(clients, topics, key), writer);
  }
}
