package io.sapflow.model;

import io.sapflow.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Tells base models apart: a sha256 over each tensor's name, type, shape, and first and last 4 KiB.
 *
 * <p>Not the whole of a large model's bytes, since it is taken at every start.
 */
final class BaseDigest {

  private static final int SAMPLE_BYTES = 4096;

  private BaseDigest() {}

  static String of(ModelFiles files) {
    MessageDigest sha = Digests.sha256();
    for (String name : files.names()) {
      TensorEntry entry = files.entry(name);
      String label = name + " " + entry.dtype() + " " + Arrays.toString(entry.shape()) + "\n";
      sha.update(label.getBytes(StandardCharsets.UTF_8));
      int sample = (int) Math.min(entry.bytes(), SAMPLE_BYTES);
      sha.update(files.copy(name, 0, sample));
      sha.update(files.copy(name, entry.bytes() - sample, sample));
    }
    return HexFormat.of().formatHex(sha.digest());
  }
}
