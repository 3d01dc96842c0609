package io.sapflow.ingest;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When the records that passed were signed, by their ids: nothing that is signed passes twice, and
 * nothing older after something newer of its id. What is forgotten is older than all that may pass.
 *
 * <p>Ages count from the newest signature, not from the present: what was sent while the job was
 * stopped is not too old.
 */
public final class SignedTimes {

  /** The id of no record: under it stands the newest signature. */
  private static final String NEWEST = "";

  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  /** Clocks may differ by so much: a record of the far future would lock its id until then. */
  public static final Duration AHEAD = Duration.ofMinutes(5);

  private final long age;
  private final Map<String, Long> times = new LinkedHashMap<>();
  private long newest;

  private SignedTimes(long age) {
    this.age = age;
  }

  /** Of records that stay, and so may be of any age. */
  public static SignedTimes forEver() {
    return new SignedTimes(FOR_EVER);
  }

  /** Of records that are to be at most so much older than the newest. */
  public static SignedTimes within(Duration age) {
    return new SignedTimes(age.toMillis());
  }

  /** Every entry, for saving. */
  public Map<String, Long> save() {
    Map<String, Long> saved = new HashMap<>(times);
    saved.put(NEWEST, newest);
    return saved;
  }

  /** Takes over a saved entry. */
  public void restore(String id, long time) {
    if (id.equals(NEWEST)) {
      newest = time;
    } else {
      times.put(id, time);
    }
  }

  /**
   * Lets a record through, or not.
   *
   * @param time when it was signed, epoch milliseconds
   * @param now by the clock of whoever reads it: no signature makes others older than that
   * @throws RejectedRecordException if it was signed too long ago, or no later than another record
   *     of its id, or a record that stays was signed by a clock too far ahead
   */
  public void pass(String id, long time, long now) throws RejectedRecordException {
    if (newest == 0) {
      // The job begins: what was signed long before was meant for another.
      newest = now;
    }
    if (age == FOR_EVER && time > now + AHEAD.toMillis()) {
      throw RecordSignature.ahead(time, now + AHEAD.toMillis());
    }
    if (time < newest - age) {
      throw RecordSignature.stale(time, newest - age);
    }
    Long before = times.get(id);
    if (before != null && time <= before) {
      throw RecordSignature.stale(time, before);
    }
    times.remove(id);
    times.put(id, time);
    newest = Math.max(newest, Math.min(time, now));
    forget();
  }

  /** The oldest stand first, or nearly so. */
  private void forget() {
    Iterator<Long> oldest = times.values().iterator();
    while (oldest.hasNext() && oldest.next() < newest - age) {
      oldest.remove();
    }
  }
}
