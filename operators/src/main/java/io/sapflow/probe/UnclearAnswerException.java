package io.sapflow.probe;

/**
 * A judge's server gave an answer that cannot be understood. The message goes on from "its answer"
 * and quotes nothing of it.
 */
final class UnclearAnswerException extends Exception {

  private static final long serialVersionUID = 1;

  UnclearAnswerException(String message) {
    super(message);
  }
}
