package io.sapflow.job.writer;

import io.sapflow.adapter.VersionFiles;
import io.sapflow.job.kafka.KafkaClients;

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
   * Of the topics on a broker.
   *
   * @param key of the option that names it
   */
  public static WriterLease topics(KafkaClients clients, String key, Writer writer) {
    return new WriterLease(new TopicRegister(clients, key), writer);
  }
}
