package io.sapflow.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens that {@code config.json} and {@code generation_config.json} name as {@code
 * eos_token_id}: a part of those that end an answer. All of them are {@code
 * io.sapflow.tokens.EndTokens}, which alone asks here.
 */
public final class ConfiguredEnds {
  private static final JsonMapper JSON = new JsonMapper();

  /** What others that generate go by. */
  public static final String GENERATION = "generation_config.json";

  private static final String KEY = "eos_token_id";

  private ConfiguredEnds() {}

  /**
   * Of a directory, by file; empty where it has neither.
   *
   * @throws ModelException naming the file of a token that the model does not embed
   */
  public static Map<String, List<Integer>> read(Path directory) {
    Path path = directory.resolve("config.json");
    JsonFile config = Files.exists(path) ? JsonFile.read(path) : null;
    Map<String, List<Integer>> ids = new LinkedHashMap<>();
    for (String name : List.of("config.json", GENERATION)) {
      if (Files.exists(directory.resolve(name))) {
        ids.put(name, of(JsonFile.read(directory.resolve(name)), config));
      }
    }
    return ids;
  }

  /**
   * Of one file.
   *
   * @param config says how many tokens there are; null where that is not known
   */
  static List<Integer> of(JsonFile file, JsonFile config) {
    boolean known = config != null && config.has("vocab_size");
    return file.integers(KEY, known ? ModelConfigReader.vocabulary(config) - 1 : Integer.MAX_VALUE);
  }

  /**
   * Writes end tokens into a directory's generation_config.json, which else keeps what it holds. It
   * stays as it is where it names just these, and is not made where config.json does. A file that
   * may not be written, as a copy of a read-only one, is replaced.
   */
  public static void write(Path directory, Set<Integer> ends) throws IOException {
    Path path = directory.resolve(GENERATION);
    ObjectNode json = JSON.createObjectNode();
    if (Files.exists(path)) {
      if (Set.copyOf(JsonFile.read(path).integers(KEY, Integer.MAX_VALUE)).equals(ends)) {
        return;
      }
      json = (ObjectNode) JSON.readTree(path.toFile());
    } else if (namedInConfig(directory).equals(ends)) {
      return;
    }
    if (!ends.isEmpty()) {
      ArrayNode ids = json.putArray(KEY);
      ends.forEach(ids::add);
      Files.deleteIfExists(path);
      Files.writeString(path, json.toPrettyString() + "\n");
    }
  }

  private static Set<Integer> namedInConfig(Path directory) {
    Path config = directory.resolve("config.json");
    return Files.exists(config)
        ? Set.copyOf(JsonFile.read(config).integers(KEY, Integer.MAX_VALUE))
        : Set.of();
  }
}
