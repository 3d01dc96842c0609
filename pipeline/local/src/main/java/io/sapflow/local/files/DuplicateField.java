package io.sapflow.local.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** A name that an object has twice. */
final class DuplicateField {

  private static final JsonFactory JSON = new JsonFactory();

  private DuplicateField() {}

  /** What to say of the first one in a JSON text; null where there is none before a fault. */
  static String find(String text) {
    Deque<Set<String>> names = new ArrayDeque<>();
    try (JsonParser parser = JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          names.push(new HashSet<>());
        } else if (token == JsonToken.END_OBJECT) {
          names.pop();
        } else if (token == JsonToken.FIELD_NAME && !names.peek().add(parser.currentName())) {
          return "found the field "
              + path(parser.getParsingContext())
              + " for the second time (at its line "
              + parser.currentTokenLocation().getLineNr()
              + ", character "
              + parser.currentTokenLocation().getColumnNr()
              + "), expected each field once";
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  private static String path(JsonStreamContext context) {
    if (context.inRoot()) {
      return "";
    }
    String before = path(context.getParent());
    if (context.inArray()) {
      return before + "[" + context.getCurrentIndex() + "]";
    }
    String name = JsonRow.named(context.getCurrentName());
    return before.isEmpty() ? name : before + "." + name;
  }
}
