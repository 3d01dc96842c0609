package io.sapflow.publish;

import io.sapflow.publish.Recipient.Answer;
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

  /** An alert and where it stands. */
  private static final class Entry {
    private final SafetyAlert alert;
    private Answer answer = Answer.UNDERWAY;

    Entry(SafetyAlert alert) {
      this.alert = alert;
    }
  }

  private final int most;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();

  /**
   * An empty one.
   *
   * @param most fingerprints that it holds; what finds no place is UNKNOWN, to be told later
   */
  Outbox(int most) {
    this.most = most;
  }

  /** Puts an alert in, in place of an older one; does nothing for one that is under way. */
  synchronized void put(SafetyAlert alert) {
    String fingerprint = alert.getFingerprint();
    if (answerOf(alert) == Answer.UNDERWAY) {
      return;
    }
    if (entries.containsKey(fingerprint) || hasRoom()) {
      entries.put(fingerprint, new Entry(alert));
      waiting.add(fingerprint);
      notifyAll();
    }
  }

  /** Whether there is a place, or one can be made: what was refused may be forgotten. */
  private boolean hasRoom() {
    if (entries.size() < most) {
      return true;
    }
    Iterator<Entry> all = entries.values().iterator();
    while (all.hasNext()) {
      if (all.next().answer == Answer.REFUSED) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  /** What became of an alert; TAKEN and FAILED are forgotten with it. */
  synchronized Answer answer(SafetyAlert alert) {
    Answer answer = answerOf(alert);
    if (answer == Answer.TAKEN || answer == Answer.FAILED) {
      entries.remove(alert.getFingerprint());
    }
    return answer;
  }

  private Answer answerOf(SafetyAlert alert) {
    Entry entry = entries.get(alert.getFingerprint());
    return entry == null || !entry.alert.equals(alert) ? Answer.UNKNOWN : entry.answer;
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
    }
  }
}
