package io.sapflow.publish;

import java.io.Serializable;
import java.util.Map;

/**
 * The adapters topic as it is on the brokers now.
 *
 * @param id that no other topic has or had; empty where it is not known
 * @param ends behind the last record of each partition
 */
public record PointerTopic(String id, Map<Integer, Long> ends) implements Serializable {

  /** Whoever only reads pointers does not ask which topic they go by. */
  static final PointerTopic ANY = new PointerTopic("", Map.of(-1, 0L));

  /** Its parts do not change. */
  public PointerTopic {
    ends = Map.copyOf(ends);
  }

  /**
   * Whether a record that somebody has read was one of this topic's, and not of one in whose place
   * it is. Without both ids it was unless it lies behind all that there are.
   *
   * @param recordTopic id of the record's topic; empty where it is not known
   */
  boolean had(String recordTopic, int partition, long offset) {
    if (this.equals(ANY)) {
      return true;
    }
    return id.isEmpty() || recordTopic.isEmpty()
        ? offset < ends.getOrDefault(partition, 0L)
        : id.equals(recordTopic);
  }
}
