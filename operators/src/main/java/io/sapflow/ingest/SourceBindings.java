package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedSet;

/**
 * Decides whose an example is. What a record says of its source is a claim; its topic proves it, or
 * the signature in its header {@value #HEADER}: the HMAC-SHA256 of the record's value with the
 * source's key, as 64 hex digits.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class SourceBindings {

  /** The header with the signature. */
  public static final String HEADER = "sapflow-signature";

  private static final int DIGITS = 64;

  /** Makes bindings, with the keys in the environment of whoever asks. */
  public interface Source extends Serializable {

    /** Makes them. */
    SourceBindings open();
  }

  /** Whose an example is, and whether that is proven. */
  public record Proof(String source, boolean verified) {}

  private final SourcePolicy policy;
  private final Map<String, Hmac> keys = new HashMap<>();

  /**
   * Bindings with the keys of an environment.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public SourceBindings(SourcePolicy policy, Map<String, String> environment) {
    this.policy = policy;
    policy.keys().forEach(source -> keys.put(source, policy.key(environment, source)));
  }

  /**
   * Whose a record is.
   *
   * @param claimed the source that the record names; may be empty
   * @throws RejectedRecordException if there are bindings and none proves the claim
   */
  public Proof prove(RawRecord raw, String claimed) throws RejectedRecordException {
    if (!policy.binds()) {
      return new Proof(claimed, false);
    }
    String owner = policy.topics().get(raw.topic());
    if (owner == null) {
      requireSignature(raw, claimed);
      return new Proof(claimed, true);
    }
    if (!claimed.isEmpty() && !claimed.equals(owner)) {
      throw unverified(
          named(claimed) + " on topic " + raw.topic() + ", which is bound to " + owner, claimed);
    }
    if (raw.signature().length > 0 && keys.containsKey(owner)) {
      requireSignature(raw, owner);
    }
    return new Proof(owner, true);
  }

  private void requireSignature(RawRecord raw, String claimed) throws RejectedRecordException {
    Hmac key = keys.get(claimed);
    if (raw.signature().length == 0) {
      throw unverified(named(claimed) + " without a proof", claimed);
    }
    if (key == null) {
      throw unverified(named(claimed) + " with a signature, but no key is its", claimed);
    }
    if (!key.matches(raw.value(), bytes(raw.signature()))) {
      throw unverified(named(claimed) + " with a signature that its key did not make", claimed);
    }
  }

  /** The signature's bytes; none for what are not 64 hex digits. */
  private static byte[] bytes(byte[] header) {
    if (header.length != DIGITS) {
      return new byte[0];
    }
    try {
      return HexFormat.of().parseHex(new String(header, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private RejectedRecordException unverified(String found, String claimed) {
    return Rules.rejected(
        QuarantineReason.UNVERIFIED_SOURCE,
        "source: found " + found + ", expected " + proof(claimed));
  }

  private static String named(String claimed) {
    return claimed.isEmpty() ? "no name" : claimed;
  }

  /** What would prove a claim. */
  private String proof(String claimed) {
    SortedSet<String> topics = policy.topicsOf(claimed);
    String header = "header " + HEADER + " with the HMAC-SHA256 of the value";
    if (topics.isEmpty() && !keys.containsKey(claimed)) {
      return "a source that sapflow.sources.topics or sapflow.sources.keys binds";
    }
    if (topics.isEmpty()) {
      return header + " by the key of " + claimed;
    }
    String topic = "it on topic " + String.join(" or ", topics);
    return keys.containsKey(claimed) ? topic + ", or " + header : topic;
  }

  /** A signature as the header holds it. */
  public static byte[] header(Hmac key, byte[] value) {
    return HexFormat.of().formatHex(key.of(value)).getBytes(StandardCharsets.US_ASCII);
  }
}
