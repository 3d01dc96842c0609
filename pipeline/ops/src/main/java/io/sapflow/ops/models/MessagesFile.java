package io.sapflow.ops.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One conversation as JSON: a list of messages, or an object with such a list as messages. */
public final class MessagesFile {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final String RIGHT =
      "a list of messages with role and content, or an object with it as messages";

  private MessagesFile() {}

  /**
   * Reads a file; keys besides role and content are kept, since a chat template may read them.
   *
   * @throws ModelException naming the file, what was found and what would be right
   */
  public static List<Map<String, Object>> read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new ModelException(
          file + ": is no JSON file: " + e.getMessage().lines().findFirst().orElse(""), e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read: " + JsonFile.reason(e), e);
    }
    JsonNode messages = root.isObject() ? root.path("messages") : root;
    if (!messages.isArray() || messages.isEmpty()) {
      throw new ModelException(file + ": found no messages; " + RIGHT + " would be right");
    }
    for (int i = 0; i < messages.size(); i++) {
      if (!messages.get(i).path("role").isTextual()) {
        throw new ModelException(
            file + ": message " + i + " has no role; " + RIGHT + " would be right");
      }
    }
    return JSON.convertValue(messages, new TypeReference<List<Map<String, Object>>>() {});
  }
}
