package io.sapflow.train;

/** Reason codes of examples that the trainer sets aside. */
public final class Reason {

  /** Loss or gradient of its batch was not finite. */
  public static final String NON_FINITE = "NON_FINITE";

  /** Its training was undone by a rollback. */
  public static final String SAFETY_ROLLBACK = "SAFETY_ROLLBACK";

  /** Its source is set aside. */
  public static final String SOURCE_QUARANTINED = "SOURCE_QUARANTINED";

  /** It alone pushes toward harm, above {@code sapflow.train.reject-push}. */
  public static final String PUSH_REJECTED = "PUSH_REJECTED";

  /** It came while the adapter was paused and the buffer was full. */
  public static final String PAUSED = "PAUSED";

  private Reason() {}
}
