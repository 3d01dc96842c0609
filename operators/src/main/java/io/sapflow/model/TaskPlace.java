package io.sapflow.model;

import java.util.List;
import java.util.function.Function;

/**
 * Where a subtask runs, as far as that decides its device.
 *
 * @param subtask its index among the operator's
 * @param given the indices, as the cluster writes them, of the devices of a named resource that it
 *     gives the subtask's process; empty for none, an empty text for a device without an index
 */
public record TaskPlace(int subtask, Function<String, List<String>> given) {

  /** Of a process that no cluster gives anything. */
  public static final TaskPlace ALONE = new TaskPlace(0, resource -> List.of());
}
