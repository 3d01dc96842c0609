package io.sapflow.schema;

/** A schema with which no record of the expected type can have been written; the message tells. */
public final class IncompatibleSchemaException extends Exception {

  private static final long serialVersionUID = 1;

  IncompatibleSchemaException(String message) {
    super(message);
  }
}
