package io.sapflow.tokens;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A conversation as chat templates know it.
 *
 * @param messages each a map of what JSON knows, with at least role and content
 * @param tools what may be called, each a map of what JSON knows; null for none
 * @param unlearnt indexes of the assistant's turns that are not to be learnt
 */
public record Chat(List<Map<String, Object>> messages, List<Object> tools, Set<Integer> unlearnt) {

  /** A conversation without tools, of which every turn of the assistant is learnt. */
  public static Chat of(List<Map<String, Object>> messages) {
    return new Chat(messages, null, Set.of());
  }
}
