package io.sapflow.local.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** What a command has measured, as one indented JSON object. */
public final class JsonReport {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  /** An object to be filled. */
  public static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /**
   * Writes the object.
   *
   * @param file null if none was asked for: nothing is written then
   */
  public static void write(Path file, ObjectNode report) throws IOException {
    if (file != null) {
      JSON.writeValue(file.toFile(), report);
    }
  }
}
