package io.sapflow.train;

import io.sapflow.sap.PairBatch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** The active safety pairs, tokenized, in the order of their ids. */
public final class PairSet {

  private final TreeMap<String, PairBatch.Pair> pairs = new TreeMap<>();
  private final TreeMap<String, String> digests = new TreeMap<>();
  private List<PairBatch.Pair> ordered = List.of();
  private String digest = digestOf(digests);

  /**
   * Adds or replaces a pair.
   *
   * @param content what tells one content of the pair from another
   */
  public void put(String id, PairBatch.Pair pair, byte[] content) {
    pairs.put(id, pair);
    digests.put(id, HexFormat.of().formatHex(sha256().digest(content)));
    changed();
  }

  /** Takes a pair out. */
  public void remove(String id) {
    pairs.remove(id);
    digests.remove(id);
    changed();
  }

  /** The pairs in the order of their ids. */
  public List<PairBatch.Pair> all() {
    return ordered;
  }

  /** Tells one set from another: hex, 64 digits. */
  public String digest() {
    return digest;
  }

  private void changed() {
    ordered = new ArrayList<>(pairs.values());
    digest = digestOf(digests);
  }

  private static String digestOf(TreeMap<String, String> digests) {
    MessageDigest sha = sha256();
    digests.forEach(
        (id, content) -> sha.update((id + " " + content + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
