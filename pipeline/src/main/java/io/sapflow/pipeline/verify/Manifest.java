package io.sapflow.pipeline.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Values of a manifest.json, with errors that name the key. */
final class Manifest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Manifest() {}

  static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(file + ": not found; expected the manifest of recorded numbers");
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new ModelException(file + ": not JSON: " + e.getMessage());
    }
  }

  static JsonNode at(JsonNode node, String... keys) {
    JsonNode found = node;
    for (String key : keys) {
      found = found.path(key);
    }
    if (found.isMissingNode()) {
      throw new ModelException("manifest.json: key " + String.join(".", keys) + " is missing");
    }
    return found;
  }

  static double number(JsonNode node, String... keys) {
    JsonNode found = at(node, keys);
    if (!found.isNumber()) {
      throw new ModelException(
          "manifest.json: key "
              + String.join(".", keys)
              + ": found "
              + found
              + ", expected a number");
    }
    return found.doubleValue();
  }

  static String text(JsonNode node, String... keys) {
    return at(node, keys).asText();
  }

  static int[] ints(JsonNode node, String... keys) {
    JsonNode found = at(node, keys);
    int[] values = new int[found.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.get(i).intValue();
    }
    return values;
  }
}
