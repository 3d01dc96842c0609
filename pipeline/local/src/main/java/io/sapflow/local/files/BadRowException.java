package io.sapflow.local.files;

/** An entry that is not of a known form: what was found and what would be right. */
final class BadRowException extends Exception {

  private static final long serialVersionUID = 1;

  BadRowException(String message) {
    super(message, null, false, false);
  }
}
