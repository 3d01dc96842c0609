package io.sapflow.ingest;

/**
 * How large a record is as it came.
 *
 * @param bytes of its key, its value, and its headers' names and values
 * @param headers how many it has
 * @param headerBytes of the headers' names and values
 */
public record Measure(long bytes, int headers, long headerBytes) {}
