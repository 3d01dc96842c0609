package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.VersionFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The file {@code <store>/<adapterId>/served}: the name under which a server has an adapter loaded,
 * which clients ask for as the model.
 *
 * @param name of the loaded adapter
 * @param version that it is
 */
record ServedName(String name, String version) {

  /** The file's name. */
  static final String FILE = "served";

  private static final JsonMapper JSON = new JsonMapper();

  /** A version's. */
  static ServedName of(String adapterId, String version) {
    return new ServedName(adapterId + "-" + version, version);
  }

  /** The version that an adapter is served as under a name; null where it is another's. */
  static String version(String adapterId, String name) {
    if (!name.startsWith(adapterId + "-")) {
      return null;
    }
    String version = name.substring(adapterId.length() + 1);
    return AdapterVersions.isVersion(version) ? version : null;
  }

  /** What an adapter's file says; null where there is none, or one that cannot be read. */
  static ServedName read(VersionFiles files, String adapterId) throws IOException {
    if (!files.exists(path(adapterId))) {
      return null;
    }
    try (InputStream in = files.open(path(adapterId))) {
      JsonNode json = JSON.readTree(in);
      return json.path("name").isTextual()
          ? new ServedName(json.path("name").asText(), json.path("version").asText())
          : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Writes an adapter's file, in one piece. */
  void write(VersionFiles files, String adapterId) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("name", name);
    json.put("version", version);
    files.replace(path(adapterId), (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String path(String adapterId) {
    AdapterVersions.checkAdapterId(adapterId);
    return adapterId + "/" + FILE;
  }
}
