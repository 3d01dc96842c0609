package io.sapflow.publish;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings what a server serves in line with the store: the version that {@code promoted} names is
 * loaded, {@code served} says under which name, and only then the one before is unloaded. Broken
 * off anywhere, it goes on from the files. For one thread.
 */
final class ServedAdapters {

  private final VersionFiles files;
  private final AdapterVersions versions;
  private final PromotedPointer pointer;
  private final VllmServer server;
  private final StorePath store;

  /** Name of each adapter that the server has loaded, as far as is known. */
  private final Map<String, String> loaded = new HashMap<>();

  /** Adapters of a store on a server that sees it so. */
  ServedAdapters(VersionFiles files, VllmServer server, StorePath store) {
    this.files = files;
    this.versions = new AdapterVersions(files);
    this.pointer = new PromotedPointer(files);
    this.server = server;
    this.store = store;
  }

  /** The adapters that have a promoted version. */
  List<String> promoted() throws IOException {
    return pointer.adapters();
  }

  /**
   * Serves an adapter's promoted version, if it has one.
   *
   * @return whether there was something to do
   */
  boolean align(String adapterId) throws IOException, InterruptedException {
    String version = pointer.promoted(adapterId);
    if (version == null) {
      return false;
    }
    String name = ServedName.of(adapterId, version);
    ServedName served = ServedName.read(files, adapterId);
    boolean moves = served == null || !served.name().equals(name);
    boolean lost = !name.equals(loaded.getOrDefault(adapterId, name));
    if (moves || lost) {
      if (!versions.contains(adapterId, version)) {
        throw new IOException(
            "version "
                + version
                + " of adapter "
                + adapterId
                + " is to be served, but the store has none of that name; what is served stays");
      }
      server.load(name, store.seen(versions.uri(adapterId, version)));
    }
    if (moves) {
      served = new ServedName(name, version, before(served, name));
      served.write(files, adapterId);
    }
    loaded.put(adapterId, name);
    List<String> leftovers = served.unload();
    for (String old : leftovers) {
      server.unload(old);
    }
    if (!leftovers.isEmpty()) {
      served.settled().write(files, adapterId);
    }
    return moves || lost || !leftovers.isEmpty();
  }

  private static List<String> before(ServedName served, String name) {
    if (served == null) {
      return List.of();
    }
    Set<String> names = new TreeSet<>(served.unload());
    names.add(served.name());
    names.remove(name);
    return List.copyOf(names);
  }

  /** Adapters that the server has lost, as one does that was restarted; they are to be aligned. */
  List<String> lost() throws IOException, InterruptedException {
    if (loaded.isEmpty()) {
      return List.of();
    }
    Set<String> present = server.models();
    List<String> lost = new ArrayList<>();
    loaded.forEach(
        (adapterId, name) -> {
          if (!present.contains(name)) {
            lost.add(adapterId);
          }
        });
    lost.forEach(adapterId -> loaded.put(adapterId, ""));
    return lost;
  }
}
