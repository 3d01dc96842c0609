package io.sapflow.train;

/**
 * What every trainer or prober hears: a safety pair, a probe prompt or a command, as its record's
 * bytes, which were found to be good; or that a pair or prompt was passed over.
 *
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param value the record's bytes; empty for one that went to quarantine
 * @param heard when it was read, epoch milliseconds, by the clock of the one task that reads the
 *     topic: whoever hears a command judges its time alike
 */
public record Signal(String topic, int partition, long offset, byte[] value, long heard) {

  /** A pair or prompt, in which no clock has a part. */
  public Signal(String topic, int partition, long offset, byte[] value) {
    this(topic, partition, offset, value, 0);
  }

  /** Whether the record went to quarantine: its topic has been read so far all the same. */
  public boolean passedOver() {
    return value.length == 0;
  }
}
