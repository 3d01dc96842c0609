package io.sapflow.ingest;

import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which adapters records may create.
 *
 * @param allow their ids; empty for any
 * @param max how many there may be at most
 */
public record AdapterPolicy(Set<String> allow, int max) implements Serializable {

  /** Checks the parts. */
  public AdapterPolicy {
    for (String id : new TreeSet<>(allow)) {
      String fault = AdapterIds.fault(id);
      if (fault != null) {
        throw new IllegalArgumentException(
            "sapflow.adapters.allow: found " + fault + " in an id, expected [a-z0-9-]{1,64}");
      }
    }
    if (max < 1) {
      throw new IllegalArgumentException(
          "sapflow.adapters.max: found " + max + ", expected 1 or more");
    }
    if (allow.size() > max) {
      throw new IllegalArgumentException(
          "sapflow.adapters.allow: found "
              + allow.size()
              + " ids, expected at most sapflow.adapters.max, "
              + max);
    }
    allow = Set.copyOf(allow);
  }

  /**
   * How many adapters one of several subtasks may hold: its share of all, rounded up. Where ids are
   * listed, their number is the bound, wherever they are held.
   */
  public int mostOf(int subtasks) {
    return allow.isEmpty() ? (max - 1) / subtasks + 1 : max;
  }

  /** Whether the list admits an adapter. How many there are is the caller's to know. */
  public boolean allows(String adapterId) {
    return allow.isEmpty() || allow.contains(adapterId);
  }
}
