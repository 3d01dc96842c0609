package io.sapflow.train;

import io.sapflow.schema.Hold;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose training is held: a version of theirs was found harmful, and the rollback is on its way.
 * Who is held gets no turn; what an adapter learns from its turns does not depend on holds.
 *
 * <p>A hold is in force from the adapter's next turn on, or from that in which the version is made:
 * after a restart it may be heard before that. It is over once the order was heard that it tells
 * of, with the adapter's generation, with the promotion of its version, or after a time.
 */
final class Holds {

  private static final Logger LOG = LoggerFactory.getLogger(Holds.class);

  /** Where holds are, by adapter. */
  interface Rows {

    /** The adapters that have one. */
    Iterable<String> adapterIds() throws Exception;

    byte[] get(String adapterId) throws Exception;

    void put(String adapterId, byte[] hold) throws Exception;

    void remove(String adapterId) throws Exception;
  }

  /** Sees to it that {@link #lapse} is called. */
  interface Alarm {
    void lapseAfter(Duration time, String adapterId, String orderId);
  }

  private final Rows rows;
  private final Alarm alarm;
  private final Duration timeout;
  private final TrainMetrics metrics;
  private final StateCodec<Hold> codec = StateCodec.of(Hold.class);

  /** In force, or to be once the version is made. */
  private final Map<String, Hold> heard = new HashMap<>();

  private final Set<String> inForce = new HashSet<>();

  /**
   * The holds that are saved, none of them in force before it is looked at.
   *
   * @param timeout after which one lapses; zero for holds that are not heard at all
   */
  Holds(Rows rows, Alarm alarm, Duration timeout, TrainMetrics metrics) throws Exception {
    this.rows = rows;
    this.alarm = alarm;
    this.timeout = timeout;
    this.metrics = metrics;
    for (String adapterId : rows.adapterIds()) {
      heard.put(adapterId, decoded(adapterId, rows.get(adapterId)));
    }
  }

  private Hold decoded(String adapterId, byte[] row) {
    try {
      return codec.decode(row);
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(
          "adapter " + adapterId + ": the hold in its state is none: " + e.getMessage(), e);
    }
  }

  /** The adapters that have a hold, in force or not. */
  Set<String> adapterIds() {
    return Set.copyOf(heard.keySet());
  }

  /** Whether an adapter's training is held. */
  boolean isHeld(String adapterId) {
    return inForce.contains(adapterId);
  }

  /**
   * Hears of a verdict on a version of this adapter's. One that does not fit it changes nothing.
   */
  void hear(Hold hold, AdapterTrainer trainer) throws Exception {
    Hold before = heard.get(hold.getAdapterId());
    boolean again = before != null && before.getOrderId().equals(hold.getOrderId());
    boolean other =
        isHeld(hold.getAdapterId())
            && (hold.getStep() > trainer.step() || hold.getStep() < before.getStep());
    if (again || other || timeout.isZero() || !fits(hold, trainer)) {
      return;
    }
    inForce.remove(hold.getAdapterId());
    heard.put(hold.getAdapterId(), hold);
    rows.put(hold.getAdapterId(), codec.encode(hold));
    look(trainer);
  }

  /**
   * Looks what an adapter's last turn, or command, means for its hold.
   *
   * @return whether one that was in force is over
   */
  boolean look(AdapterTrainer trainer) throws Exception {
    Hold hold = heard.get(trainer.adapterId());
    if (hold == null) {
      return false;
    }
    if (timeout.isZero() || !fits(hold, trainer)) {
      return forget(hold);
    }
    if (hold.getStep() <= trainer.step() && inForce.add(hold.getAdapterId())) {
      LOG.info(
          "adapter {}: training is held after step {}: version {} was found harmful, its rollback follows",
          hold.getAdapterId(),
          trainer.step(),
          hold.getVersion());
      metrics.held(inForce.size());
      alarm.lapseAfter(timeout, hold.getAdapterId(), hold.getOrderId());
    }
    return false;
  }

  private static boolean fits(Hold hold, AdapterTrainer trainer) {
    CommandPolicy.Situation now = trainer.situation();
    boolean made = hold.getStep() <= trainer.step();
    return hold.getGeneration() == now.generation()
        && !hold.getVersion().equals(now.promotedVersion())
        && (!made || now.knownVersions().contains(hold.getVersion()))
        && !trainer.hasHeard(hold.getOrderId());
  }

  /**
   * Lets a hold go whose order has not come.
   *
   * @return whether it was in force
   */
  boolean lapse(String adapterId, String orderId) throws Exception {
    Hold hold = heard.get(adapterId);
    if (hold == null || !hold.getOrderId().equals(orderId) || !isHeld(adapterId)) {
      return false;
    }
    LOG.warn(
        "adapter {}: training goes on, since no rollback has come within {} s of the word that version {} is harmful (sapflow.train.hold-timeout)",
        adapterId,
        timeout.toSeconds(),
        hold.getVersion());
    metrics.holdLapsed();
    return forget(hold);
  }

  private boolean forget(Hold hold) throws Exception {
    heard.remove(hold.getAdapterId());
    rows.remove(hold.getAdapterId());
    boolean was = inForce.remove(hold.getAdapterId());
    metrics.held(inForce.size());
    return was;
  }
}
