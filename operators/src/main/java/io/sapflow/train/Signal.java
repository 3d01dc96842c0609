package io.sapflow.train;

/**
 * What every trainer or prober hears: a safety pair, a probe prompt or a command, as its record's
 * bytes, which were found to be good; or that a pair or prompt was passed over.
 *
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param value the record's bytes; empty for one that went to quarantine
 */
public record Signal(String topic, int partition, long offset, byte[] value) {

  /** Whether the record went to quarantine: its topic has been read so far all the same. */
  public boolean passedOver() {
    return value.length == 0;
  }
}
