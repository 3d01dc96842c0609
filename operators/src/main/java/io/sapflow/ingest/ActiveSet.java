package io.sapflow.ingest;

import io.sapflow.schema.Digests;
import java.util.List;
import java.util.TreeMap;

/**
 * The active records of a compacted topic, in the order of their ids.
 *
 * @param <T> what a record is kept as
 */
public final class ActiveSet<T> {

  private final TreeMap<String, T> items = new TreeMap<>();
  private final TreeMap<String, String> digests = new TreeMap<>();
  private List<T> ordered;
  private String digest;

  /**
   * Adds or replaces an item.
   *
   * @param content what tells one content of the item from another
   */
  public void put(String id, T item, byte[] content) {
    items.put(id, item);
    digests.put(id, Digests.sha256(content));
    changed();
  }

  /** Takes an item out. */
  public void remove(String id) {
    items.remove(id);
    digests.remove(id);
    changed();
  }

  /** The items in the order of their ids; the list never changes, a later call returns another. */
  public List<T> all() {
    if (ordered == null) {
      ordered = List.copyOf(items.values());
    }
    return ordered;
  }

  /** Tells one set from another: hex, 64 digits. */
  public String digest() {
    if (digest == null) {
      StringBuilder lines = new StringBuilder();
      digests.forEach((id, content) -> lines.append(id).append(' ').append(content).append('\n'));
      digest = Digests.sha256(lines.toString());
    }
    return digest;
  }

  private void changed() {
    ordered = null;
    digest = null;
  }
}
