package io.sapflow.ingest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA256 with one key.
 *
 * <p>Not thread-safe and not serializable: a key is read where it is used, and travels nowhere.
 */
public final class Hmac {

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;

  /** With these bytes as its key, at least one. */
  public Hmac(byte[] key) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JVM has " + ALGORITHM, e);
    }
  }

  /**
   * With the key in a variable of the environment: its text in UTF-8. Empty where the variable is
   * not set, or blank.
   */
  public static Optional<Hmac> of(Map<String, String> environment, String variable) {
    String key = environment.get(variable);
    return key == null || key.isBlank()
        ? Optional.empty()
        : Optional.of(new Hmac(key.getBytes(StandardCharsets.UTF_8)));
  }

  /** The code of a message, 32 bytes. */
  public byte[] of(byte[] message) {
    return mac.doFinal(message);
  }

  /** Whether a code is that of a message; takes the same time wherever they differ. */
  public boolean matches(byte[] message, byte[] code) {
    return MessageDigest.isEqual(of(message), code);
  }
}
