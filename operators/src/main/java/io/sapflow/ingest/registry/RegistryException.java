package io.sapflow.ingest.registry;

/**
 * No registry gave an answer. It says nothing of a record: whoever reads one stops, and reads it
 * again later.
 */
public final class RegistryException extends RuntimeException {

  private static final long serialVersionUID = 1;

  RegistryException(String message) {
    super(message);
  }

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
