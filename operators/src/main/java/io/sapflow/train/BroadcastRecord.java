package io.sapflow.train;

/**
 * What every trainer or prober hears: a safety pair, a probe prompt, a command or a hold, as its
 * record's bytes, which were found to be good.
 */
public sealed interface BroadcastRecord {

  /** The record's bytes. */
  byte[] value();

  /**
   * A record of a compacted topic, whose readers must know how far they have read; or that one went
   * to quarantine, which counts as read all the same.
   */
  sealed interface Compacted extends BroadcastRecord {

    /** The record's partition. */
    int partition();

    /** The record's offset. */
    long offset();

    /** Whether the record went to quarantine; then it has no bytes. */
    default boolean passedOver() {
      return value().length == 0;
    }
  }

  /**
   * A safety pair.
   *
   * @param partition of the record
   * @param offset of the record
   * @param value the record's bytes; empty for one that went to quarantine
   */
  record Pair(int partition, long offset, byte[] value) implements Compacted {}

  /**
   * A probe prompt.
   *
   * @param partition of the record
   * @param offset of the record
   * @param value the record's bytes; empty for one that went to quarantine
   */
  record Prompt(int partition, long offset, byte[] value) implements Compacted {}

  /**
   * A command.
   *
   * @param value the record's bytes
   * @param heard when it was read, epoch milliseconds, by the clock of the one task that reads the
   *     topic: every trainer judges a command's time alike
   */
  record Command(byte[] value, long heard) implements BroadcastRecord {}

  /**
   * Word of a verdict, ahead of the command that follows.
   *
   * @param value the record's bytes
   */
  record Hold(byte[] value) implements BroadcastRecord {}
}
