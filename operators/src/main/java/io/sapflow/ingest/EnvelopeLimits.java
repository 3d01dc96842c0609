package io.sapflow.ingest;

import java.io.Serializable;

/**
 * Bounds on a record as it comes, whatever it holds.
 *
 * @param recordBytes the most bytes of all of it: key, value, names and values of its headers
 * @param keyBytes the most bytes of its key
 * @param headers the most headers
 * @param headerBytes the most bytes of the names and values of all its headers
 */
public record EnvelopeLimits(int recordBytes, int keyBytes, int headers, int headerBytes)
    implements Serializable {

  /** Bounds that a record which a broker takes by default holds to, with room for tracing. */
  public static final EnvelopeLimits DEFAULT = new EnvelopeLimits(1 << 20, 1 << 12, 64, 1 << 16);

  /** Checks the parts. */
  public EnvelopeLimits {
    atLeastOne("sapflow.ingest.max-record-bytes", recordBytes);
    atLeastOne("sapflow.ingest.max-key-bytes", keyBytes);
    atLeastOne("sapflow.ingest.max-headers", headers);
    atLeastOne("sapflow.ingest.max-header-bytes", headerBytes);
  }

  /** The same with another bound on all of a record. */
  public EnvelopeLimits withRecordBytes(int bytes) {
    return new EnvelopeLimits(bytes, keyBytes, headers, headerBytes);
  }

  static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected 1 or more");
    }
  }
}
