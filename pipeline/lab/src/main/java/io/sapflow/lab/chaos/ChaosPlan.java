package io.sapflow.lab.chaos;

/**
 * What is done to the job.
 *
 * @param kills how many faults there are, one after another
 * @param target of which kind; null for each kind in turn
 * @param adapters how many adapters are trained
 * @param incident whether a source turns to poison on the way
 * @param seed of the stream, of the moments of the kills, and of the job
 */
public record ChaosPlan(int kills, Target target, int adapters, boolean incident, long seed) {

  /** Kinds of faults: processes that are killed, and what else befalls a job. */
  public enum Target {
    TM,
    JM,
    BROKER,
    /** A TaskManager or the broker stands still for a while, as by SIGSTOP. */
    STOP,
    /** Nothing comes through between the broker and its clients for a while. */
    PARTITION,
    /** A record that inflates comes between the examples. */
    RECORD,
    /** The adapter store's disk is full for a while. */
    DISK,
    /** A second live instance is started on the same topics and the same store. */
    INSTANCE,
    /** An empty broker takes the place of the one that was; once, and after all others. */
    REPLACED;

    /** Whether a process is killed. */
    public boolean isKill() {
      return compareTo(STOP) < 0;
    }
  }

  public ChaosPlan {
    if (kills < 1 || adapters < 1) {
      throw new IllegalArgumentException(
          "kills and adapters are at least 1, not " + kills + " and " + adapters);
    }
  }

  /** Whether there may be a fault of a kind. */
  boolean has(Target kind) {
    return target == null || target == kind;
  }

  /** Whose turn it is, counted from 0. */
  Target target(int kill) {
    return target != null ? target : Target.values()[kill % Target.values().length];
  }

  /** Whether a broker takes the place of another at the end. */
  boolean endsReplaced() {
    for (int i = 0; i < kills; i++) {
      if (target(i) == Target.REPLACED) {
        return true;
      }
    }
    return false;
  }

  /** When a kill comes, counted from 0; other faults come at any time. */
  Moment moment(int kill) {
    return target(kill).isKill() ? Moment.values()[kill % Moment.values().length] : Moment.ANY;
  }
}
