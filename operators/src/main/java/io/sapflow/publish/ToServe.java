package io.sapflow.publish;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import java.io.IOException;
import java.util.List;

/**
 * What servers are to have, as the store's files say: of each adapter the promoted version, and no
 * other of this store. For the threads of all servers.
 */
final class ToServe {

  private final VersionFiles files;
  private final AdapterVersions versions;
  private final PromotedPointer pointer;
  private final UndoneStep undone;
  private final StorePath path;

  /** Versions of a store that servers see so. */
  ToServe(VersionFiles files, StorePath path) {
    this.files = files;
    this.versions = new AdapterVersions(files);
    this.pointer = new PromotedPointer(files);
    this.undone = new UndoneStep(files);
    this.path = path;
  }

  /** The adapters that have a promoted version. */
  List<String> adapters() throws IOException {
    return pointer.adapters();
  }

  /** The version of an adapter that is to be served, and its name; null if it has none. */
  ServedName of(String adapterId) throws IOException {
    String version = pointer.promoted(adapterId);
    return version == null ? null : ServedName.of(adapterId, version);
  }

  /**
   * Where servers see a version's directory.
   *
   * @throws IOException if it has none
   */
  String directory(String adapterId, String version) throws IOException {
    if (!versions.contains(adapterId, version)) {
      throw new IOException(
          "version "
              + version
              + " of adapter "
              + adapterId
              + " is to be served, but the store has none of that name; what is served stays, unless"
              + " a rollback has undone it");
    }
    return seen(adapterId, version);
  }

  private String seen(String adapterId, String version) {
    return path.seen(versions.uri(adapterId, version));
  }

  /**
   * Whether a model is a version of an adapter in this store, or was one, and is to be served no
   * more. Of a job with another store, it stays.
   */
  boolean isPast(String adapterId, ServedName present, VllmModel model) throws IOException {
    String version = ServedName.version(adapterId, model.name());
    return version != null
        && !version.equals(present.version())
        && (model.root().equals(seen(adapterId, version)) || versions.contains(adapterId, version));
  }

  /**
   * Whether a past version was undone by a rollback, so that none served is better than this one;
   * also where it is what clients are told to ask for.
   */
  boolean isUndone(String adapterId, String past) throws IOException {
    return undone.has(adapterId, AdapterVersions.step(past));
  }

  /**
   * Tells clients that a server has a version loaded. What is to be served may have moved on while
   * it was loaded: then they are told nothing.
   *
   * @return whether it is still the one to be served
   */
  synchronized boolean tell(String adapterId, ServedName loaded) throws IOException {
    if (!loaded.equals(of(adapterId))) {
      return false;
    }
    if (!loaded.equals(ServedName.read(files, adapterId))) {
      loaded.write(files, adapterId);
    }
    return true;
  }
}
