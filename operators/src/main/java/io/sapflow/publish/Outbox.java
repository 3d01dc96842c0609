package io.sapflow.publish;

import io.sapflow.publish.Recipient.Answer;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Alerts between the job's thread and the one that posts them: the latest of each fingerprint, in
 * the order of their coming, with what became of it. Neither thread waits for the other's work.
 */
final class Outbox {

  /**
   * Where an alert stands.
   *
   * @param answer what became of it
   * @param told when it was put in, epoch milliseconds
   */
  record Standing(Answer answer, long told) {}

  /** An alert and where it stands. */
  private static final class Entry {
    private final SafetyAlert alert;
    private Answer answer = Answer.UNDERWAY;
    private long told;

    Entry(SafetyAlert alert, long told) {
      this.alert = alert;
      this.told = told;
    }
  }

  private final int most;
  private final boolean repeats;
  private final long repeat;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();

  /**
   * An empty one.
   *
   * @param most fingerprints that it holds; what finds no place is UNDERWAY, to be put in later
   * @param repeats whether what fires is told again after it was taken
   * @param repeat time after which that is, and after which what was refused is told again,
   *     milliseconds
   */
  Outbox(int most, boolean repeats, long repeat) {
    this.most = most;
    this.repeats = repeats;
    this.repeat = repeat;
  }

  /**
   * Puts an alert in, in place of an older one; one that is in already when its time has come.
   *
   * @return where it stands now
   */
  synchronized Standing put(SafetyAlert alert, long now) {
    String fingerprint = alert.getFingerprint();
    Entry entry = entries.get(fingerprint);
    if (entry == null || !entry.alert.equals(alert)) {
      if (entry == null && !hasRoom()) {
        return new Standing(Answer.UNDERWAY, now);
      }
      entry = new Entry(alert, now);
      entries.put(fingerprint, entry);
      send(fingerprint);
    } else if (isDue(entry, now)) {
      entry.answer = Answer.UNDERWAY;
      entry.told = now;
      send(fingerprint);
    }
    return new Standing(entry.answer, entry.told);
  }

  private void send(String fingerprint) {
    waiting.add(fingerprint);
    notifyAll();
  }

  private boolean isDue(Entry entry, long now) {
    boolean again =
        entry.answer == Answer.REFUSED
            || (entry.answer == Answer.TAKEN
                && repeats
                && entry.alert.getStatus() == AlertStatus.FIRING);
    return again && now - entry.told >= repeat;
  }

  /** Whether there is a place, or one can be made: what was answered may be forgotten. */
  private boolean hasRoom() {
    if (entries.size() < most) {
      return true;
    }
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      if (all.next().answer != Answer.UNDERWAY) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  /** Forgets an alert, unless another has come in its place. */
  synchronized void forget(SafetyAlert alert) {
    String fingerprint = alert.getFingerprint();
    Entry entry = entries.get(fingerprint);
    if (entry != null && entry.alert.equals(alert)) {
      entries.remove(fingerprint);
      waiting.remove(fingerprint);
    }
  }

  /** The next alert to post; waits until there is one. */
  synchronized SafetyAlert take() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
    Iterator<String> first = waiting.iterator();
    String fingerprint = first.next();
    first.remove();
    return entries.get(fingerprint).alert;
  }

  /** Notes what became of an alert that was taken, unless another has come in its place. */
  synchronized void answered(SafetyAlert alert, Answer answer) {
    Entry entry = entries.get(alert.getFingerprint());
    if (entry != null && entry.alert == alert) {
      entry.answer = answer;
      if (answer == Answer.UNDERWAY) {
        send(alert.getFingerprint());
      }
    }
  }
}
