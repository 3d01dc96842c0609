package io.sapflow.lab.bench;

/**
 * A record of a job's.
 *
 * @param millis when it was written, epoch milliseconds
 */
record Timed<T>(long millis, T record) {}
