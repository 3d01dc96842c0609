package io.sapflow.train;

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
   * @param personTime time of the newest command that a person gave it
   */
  record Situation(
      String adapterId,
      int generation,
      Set<String> knownVersions,
      String promotedVersion,
      boolean paused,
      long personTime) {}

  /** Why the command is refused, in words; null if it may be carried out. */
  String refusal(ControlCommand command, Situation situation);
}
