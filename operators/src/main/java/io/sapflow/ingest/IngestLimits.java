package io.sapflow.ingest;

import java.io.Serializable;

/**
 * Bounds on one record.
 *
 * @param turns the most turns of a conversation
 * @param contentChars the most characters (UTF-16 units) of all its turns together, of an answer
 *     too
 * @param idChars the most characters of an id, a source, an issuer or a category: steps and alerts
 *     repeat them
 * @param attributes the most attributes of an example, or arguments of a command
 * @param attributeChars the most characters of the names and values of all of them
 * @param envelope bounds on the record as it comes
 */
public record IngestLimits(
    int turns,
    int contentChars,
    int idChars,
    int attributes,
    int attributeChars,
    EnvelopeLimits envelope)
    implements Serializable {

  /** Bounds that fit usual conversations. */
  public static final IngestLimits DEFAULT =
      new IngestLimits(64, 1 << 18, 256, 64, 1 << 16, EnvelopeLimits.DEFAULT);

  /** Checks the parts. */
  public IngestLimits {
    EnvelopeLimits.atLeastOne("sapflow.ingest.max-turns", turns);
    EnvelopeLimits.atLeastOne("sapflow.ingest.max-content-chars", contentChars);
    EnvelopeLimits.atLeastOne("sapflow.ingest.max-id-chars", idChars);
    EnvelopeLimits.atLeastOne("sapflow.ingest.max-attributes", attributes);
    EnvelopeLimits.atLeastOne("sapflow.ingest.max-attribute-chars", attributeChars);
  }
}
