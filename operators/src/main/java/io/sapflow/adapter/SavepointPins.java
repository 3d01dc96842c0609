package io.sapflow.adapter;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files {@code <store>/.savepoints/<name>.json}: the versions of each adapter that a rollback
 * from a savepoint may go to. A savepoint outlives its job, and only people know when it is gone:
 * what a pin names stays until somebody deletes the pin.
 */
public final class SavepointPins {

  private static final String DIRECTORY = ".savepoints";
  private static final String SUFFIX = ".json";
  private static final JsonMapper JSON = new JsonMapper();

  private final VersionFiles files;

  /** What has been read; a pin never changes. */
  private final Map<String, Map<String, Set<String>>> known = new HashMap<>();

  /** Pins in a store. */
  public SavepointPins(VersionFiles files) {
    this.files = files;
  }

  /**
   * Pins versions.
   *
   * @param name of the pin, which no other savepoint has
   * @param versions by adapter
   */
  public void pin(String name, Map<String, ? extends Collection<String>> versions)
      throws IOException {
    ObjectNode json = JSON.createObjectNode();
    versions.forEach(
        (adapterId, names) -> {
          ArrayNode array = json.putArray(adapterId);
          names.forEach(array::add);
        });
    files.replace(path(name), (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Takes a pin away; does nothing where there is none of that name. */
  public void unpin(String name) throws IOException {
    files.delete(path(name));
  }

  /**
   * The pinned versions of an adapter.
   *
   * @throws IOException also if a pin cannot be read: what it names is not known then
   */
  public Set<String> of(String adapterId) throws IOException {
    List<String> present =
        files.list(DIRECTORY).stream().filter(name -> name.endsWith(SUFFIX)).toList();
    known.keySet().retainAll(present);
    Set<String> versions = new TreeSet<>();
    for (String name : present) {
      Map<String, Set<String>> pin = known.get(name);
      if (pin == null) {
        pin = read(DIRECTORY + "/" + name);
        known.put(name, pin);
      }
      versions.addAll(pin.getOrDefault(adapterId, Set.of()));
    }
    return versions;
  }

  private Map<String, Set<String>> read(String path) throws IOException {
    Map<String, Set<String>> pin = new HashMap<>();
    try (InputStream in = files.open(path)) {
      for (Map.Entry<String, JsonNode> adapter : JSON.readTree(in).properties()) {
        Set<String> versions = new TreeSet<>();
        adapter.getValue().forEach(version -> versions.add(version.asText()));
        pin.put(adapter.getKey(), versions);
      }
    } catch (JacksonException e) {
      throw new IOException(
          path
              + ": is no JSON object of adapters and their versions; repair it, or delete it if its"
              + " savepoint is gone",
          e);
    }
    if (pin.isEmpty()) {
      throw new IOException(
          path
              + ": names no adapter, expected at least one; repair it, or delete it if its savepoint"
              + " is gone");
    }
    return pin;
  }

  private static String path(String name) {
    return DIRECTORY + "/" + name + SUFFIX;
  }
}
