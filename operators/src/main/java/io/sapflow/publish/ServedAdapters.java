package io.sapflow.publish;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings what one server has in line with what is to be served: the promoted version is loaded, the
 * file {@code served} says under which name, and only then those before are unloaded. Broken off
 * anywhere, it goes on from the files and the server's list. For one thread.
 */
final class ServedAdapters {

  private final ToServe toServe;
  private final VllmServer server;

  /** What the server had of each adapter when it was last brought in line. */
  private final Map<String, ServedName> aligned = new HashMap<>();

  ServedAdapters(ToServe toServe, VllmServer server) {
    this.toServe = toServe;
    this.server = server;
  }

  /** The server's address, as it is shown. */
  String shown() {
    return server.shown();
  }

  /** The adapters that have a promoted version. */
  List<String> promoted() throws IOException {
    return toServe.adapters();
  }

  /**
   * Serves an adapter's promoted version, if it has one.
   *
   * @return whether there was something to do
   */
  boolean align(String adapterId) throws IOException, InterruptedException {
    ServedName present = toServe.of(adapterId);
    if (present == null) {
      return false;
    }
    List<VllmModel> models = server.models();
    List<VllmModel> past = past(adapterId, present, models);
    boolean isMissing = isMissing(present, models);
    if (isMissing) {
      load(adapterId, present, past);
    }
    if (!toServe.tell(adapterId, present)) {
      // Its pointer has moved, which has a turn of its own.
      return isMissing;
    }
    for (VllmModel old : past) {
      server.unload(old.name());
    }
    aligned.put(adapterId, present);
    return isMissing || !past.isEmpty();
  }

  private static boolean isMissing(ServedName present, List<VllmModel> models) {
    return models.stream().noneMatch(model -> model.name().equals(present.name()));
  }

  private List<VllmModel> past(String adapterId, ServedName present, List<VllmModel> models)
      throws IOException {
    List<VllmModel> past = new ArrayList<>();
    for (VllmModel model : models) {
      if (toServe.isPast(adapterId, present, model)) {
        past.add(model);
      }
    }
    return past;
  }

  /** Where it cannot be loaded, what was rolled back goes all the same, as far as it can. */
  private void load(String adapterId, ServedName present, List<VllmModel> past)
      throws IOException, InterruptedException {
    try {
      server.load(present.name(), toServe.directory(adapterId, present.version()));
    } catch (IOException e) {
      for (VllmModel old : past) {
        try {
          if (toServe.isUndone(adapterId, ServedName.version(adapterId, old.name()))) {
            server.unload(old.name());
          }
        } catch (IOException kept) {
          e.addSuppressed(kept);
        }
      }
      throw e;
    }
  }

  /**
   * Adapters of which the server has not what it had: one that was restarted has lost them, and one
   * that took long to load may have got one too late. They are to be aligned.
   */
  List<String> strayed() throws IOException, InterruptedException {
    if (aligned.isEmpty()) {
      return List.of();
    }
    List<VllmModel> models = server.models();
    List<String> strayed = new ArrayList<>();
    for (Map.Entry<String, ServedName> one : aligned.entrySet()) {
      String adapterId = one.getKey();
      ServedName present = one.getValue();
      if (isMissing(present, models) || !past(adapterId, present, models).isEmpty()) {
        strayed.add(adapterId);
      }
    }
    return strayed;
  }
}
