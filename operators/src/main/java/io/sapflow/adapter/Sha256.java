package io.sapflow.adapter;

import io.sapflow.schema.Digests;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 and length of what passes through. */
final class Sha256 {
  private final MessageDigest digest = Digests.sha256();
  private long bytes;
  private String hex;

  /** A stream that hands everything on to another and digests it. */
  OutputStream tee(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        digest.update(from, offset, length);
        bytes += length;
      }
    };
  }

  long bytes() {
    return bytes;
  }

  /** The digest in hex; nothing may pass through after it was asked for. */
  String hex() {
    if (hex == null) {
      hex = HexFormat.of().formatHex(digest.digest());
    }
    return hex;
  }
}
