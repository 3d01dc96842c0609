package io.sapflow.train;

/**
 * What every trainer or prober hears: a safety pair, a probe prompt or a command, as its record's
 * bytes, which were found to be good.
 *
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param value the record's bytes
 */
public record Signal(String topic, int partition, long offset, byte[] value) {}
