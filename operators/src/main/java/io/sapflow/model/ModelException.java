package io.sapflow.model;

/**
 * A model, adapter or tensor file that cannot be used. The message is one line that names the file
 * and the key or tensor, what was found and what would be right.
 */
public class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
