package io.sapflow.tokens;

/**
 * A training example as the model sees it, with where it came from.
 *
 * @param adapterId the adapter it trains
 * @param id the example's own id
 * @param source who produced it; a claim, unless it is verified
 * @param verified whether the source is proven
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param timestamp Kafka's, epoch milliseconds
 * @param tokens token ids, [T]
 * @param targets 1 where the token is trained on, [T]
 * @param truncatedTokens how many tokens were cut
 * @param key the record's key, may be empty
 * @param original the record's bytes, for quarantine
 * @param signature the source's proof, as the record's header had it; may be empty
 */
public record TokenizedExample(
    String adapterId,
    String id,
    String source,
    boolean verified,
    String topic,
    int partition,
    long offset,
    long timestamp,
    int[] tokens,
    byte[] targets,
    int truncatedTokens,
    byte[] key,
    byte[] original,
    byte[] signature) {}
