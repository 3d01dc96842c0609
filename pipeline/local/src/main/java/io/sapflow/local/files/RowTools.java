package io.sapflow.local.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.ingest.JsonTexts;

/** The tools of a row, a list of objects or its JSON text. */
final class RowTools {

  private RowTools() {}

  /** The tools as a JSON list, empty where there are none. */
  static String read(JsonRow row) throws BadRowException {
    JsonNode tools = row.get("tools");
    if (tools.isNull()
        || tools.isMissingNode()
        || (tools.isTextual() && tools.asText().isBlank())) {
      return "";
    }
    JsonNode list = tools.isTextual() ? JsonRow.json(JsonRow.text("tools", tools)) : tools;
    if (list == null || !list.isArray()) {
      throw new BadRowException(
          "tools: found "
              + (tools.isTextual() ? "a text that is no JSON list" : JsonRow.kind(tools))
              + ", expected a list of objects");
    }
    for (int i = 0; i < list.size(); i++) {
      if (!list.get(i).isObject()) {
        throw new BadRowException(
            "tools[" + i + "]: found " + JsonRow.kind(list.get(i)) + ", expected an object");
      }
    }
    try {
      String json = list.isEmpty() ? "" : JsonRow.whole("tools", list.toString());
      JsonTexts.tools(json);
      return json;
    } catch (IllegalArgumentException e) {
      throw new BadRowException("tools: found JSON nested too deep, expected less");
    }
  }
}
