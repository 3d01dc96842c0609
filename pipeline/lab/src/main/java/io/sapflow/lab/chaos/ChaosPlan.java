package io.sapflow.lab.chaos;

/**
 * What is done to the job.
 *
 * @param kills how many processes are killed, one after another
 * @param target which ones; null for each kind in turn
 * @param adapters how many adapters are trained
 * @param incident whether a source turns to poison on the way
 * @param seed of the stream, of the moments of the kills, and of the job
 */
public record ChaosPlan(int kills, Target target, int adapters, boolean incident, long seed) {

  /** Kinds of processes. */
  public enum Target {
    TM,
    JM,
    BROKER
  }

  public ChaosPlan {
    if (kills < 1 || adapters < 1) {
      throw new IllegalArgumentException(
          "kills and adapters are at least 1, not " + kills + " and " + adapters);
    }
  }

  /** Whose turn it is at a kill, counted from 0. */
  Target target(int kill) {
    return target != null ? target : Target.values()[kill % Target.values().length];
  }

  /** When a kill comes, counted from 0: fifteen kills of any process see each at each moment. */
  Moment moment(int kill) {
    return Moment.values()[kill % Moment.values().length];
  }
}
