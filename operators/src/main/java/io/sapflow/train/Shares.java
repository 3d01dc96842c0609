package io.sapflow.train;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Equal shares of work among those that wait for it: whose turn it is has had least. Who comes back
 * after a rest begins where the others are, less a lead: nobody saves more up than that.
 *
 * @param <K> who waits
 */
final class Shares<K> {

  private static final int MOST_REMEMBERED = 64;

  /** What each one of those that wait has had, the longest waiting first. */
  private final Map<K, Long> waiting = new LinkedHashMap<>();

  /** What each one had when it had its last turn, and in it. */
  private final Map<K, Long> had = new HashMap<>();

  /** What the one had that had the last turn, at its beginning. */
  private long now;

  private long mostLead;

  /**
   * Somebody waits; again is the same as once.
   *
   * @param lead how much work it may have before the others if it has rested
   */
  void waits(K key, long lead) {
    mostLead = Math.max(mostLead, lead);
    if (!waiting.containsKey(key)) {
      waiting.put(key, Math.max(now - lead, had.getOrDefault(key, now - lead)));
    }
  }

  /** Somebody does not wait any more. */
  void leaves(K key) {
    waiting.remove(key);
  }

  /** Takes out whose turn it is; of equals the one that waits longest; null where none waits. */
  K next() {
    Map.Entry<K, Long> least = null;
    for (Map.Entry<K, Long> each : waiting.entrySet()) {
      if (least == null || each.getValue() < least.getValue()) {
        least = each;
      }
    }
    if (least == null) {
      return null;
    }
    K key = least.getKey();
    now = Math.max(now, least.getValue());
    had.put(key, least.getValue());
    waiting.remove(key);
    return key;
  }

  /** The turn of somebody was so much work. */
  void took(K key, long work) {
    had.merge(key, work, Long::sum);
    waiting.computeIfPresent(key, (waits, before) -> before + work);
    if (had.size() > MOST_REMEMBERED + 2 * waiting.size()) {
      had.values().removeIf(sum -> sum <= now - mostLead);
    }
  }

  int size() {
    return waiting.size();
  }
}
