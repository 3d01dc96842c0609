package io.sapflow.ingest;

import java.io.Serializable;

/**
 * Bounds on one record.
 *
 * @param turns the most turns of a conversation
 * @param contentChars the most characters (UTF-16 units) of all its turns together, of an answer
 *     too
 * @param idChars the most characters of an id, a source or an issuer: steps and alerts repeat them
 * @param recordBytes the most bytes of a record as it comes, key and headers included
 */
public record IngestLimits(int turns, int contentChars, int idChars, int recordBytes)
    implements Serializable {

  /** Bounds that fit usual conversations. */
  public static final IngestLimits DEFAULT = new IngestLimits(64, 1 << 18, 256, 1 << 20);

  /** Checks the parts. */
  public IngestLimits {
    atLeastOne("sapflow.ingest.max-turns", turns);
    atLeastOne("sapflow.ingest.max-content-chars", contentChars);
    atLeastOne("sapflow.ingest.max-id-chars", idChars);
    atLeastOne("sapflow.ingest.max-record-bytes", recordBytes);
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected 1 or more");
    }
  }
}
