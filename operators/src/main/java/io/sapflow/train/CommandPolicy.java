package io.sapflow.train;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import java.io.Serializable;
import java.util.Set;

/** Decides whether a trainer may carry out a command. */
public interface CommandPolicy extends Serializable {

  /**
   * What a decision may rest on.
   *
   * @param adapterId the adapter
   * @param generation its generation
   * @param knownVersions names of the versions that a rollback may go to
   * @param promotedVersion the version that is served, null before the first
   * @param paused whether it is paused
   * @param personTime time of the newest command of a person that was carried out and lasts
   * @param quarantinedSources sources that are set aside
   * @param releasedSources sources that a person has released since
   * @param unacknowledged how many rollbacks and quarantines of sources nobody has acknowledged
   */
  record Situation(
      String adapterId,
      int generation,
      Set<String> knownVersions,
      String promotedVersion,
      boolean paused,
      long personTime,
      Set<String> quarantinedSources,
      Set<String> releasedSources,
      int unacknowledged) {}

  /** Whether a person gives commands by this name, and not the job itself. */
  default boolean isPerson(String issuer) {
    return true;
  }

  /** Whether what a command does lasts, so that an older one of a person must not undo it. */
  default boolean lasts(CommandKind kind) {
    return true;
  }

  /**
   * The latest time that a command may bear.
   *
   * @param heard when it was read, epoch milliseconds
   */
  default long latest(long heard) {
    return Long.MAX_VALUE;
  }

  /**
   * Why a command is refused for its time, in words; null if it is not.
   *
   * @param heard when it was read, epoch milliseconds
   */
  default String untimely(ControlCommand command, long heard) {
    return null;
  }

  /** Why the command is refused, in words; null if it may be carried out. */
  String refusal(ControlCommand command, Situation situation);
}
