package io.sapflow.train;

/** Saved state that the job, as it is started, cannot go on with; no restart would mend that. */
public final class UnfitStateException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** In one line: what was found, what was saved, what to do. */
  public UnfitStateException(String message) {
    super(message);
  }
}
