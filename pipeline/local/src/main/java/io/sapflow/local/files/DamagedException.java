package io.sapflow.local.files;

import java.io.IOException;

/** What is left of a file cannot be read: why, in words that follow its name. */
final class DamagedException extends IOException {

  private static final long serialVersionUID = 1;

  DamagedException(String message, IOException cause) {
    super(message, cause);
  }

  DamagedException(String message) {
    super(message);
  }
}
