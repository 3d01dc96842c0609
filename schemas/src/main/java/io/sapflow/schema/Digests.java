package io.sapflow.schema;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256, as 64 hex digits: how records name a text without repeating it. */
public final class Digests {

  private Digests() {}

  /** Of what is yet to come. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  /** Of bytes. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Of a conversation: what reports call a prompt by. */
  public static String conversation(List<Message> turns) {
    StringBuilder text = new StringBuilder();
    turns.forEach(turn -> text.append(turn.getRole()).append('\n').append(turn.getContent()));
    return sha256(text.toString());
  }

  /** Of a text in UTF-8. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
