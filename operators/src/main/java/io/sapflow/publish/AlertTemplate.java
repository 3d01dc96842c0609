package io.sapflow.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON text whose values have names in them, such as {@code ${rule}}. A value that has nothing
 * but names without words is left out, with the list or object that becomes empty by it.
 */
final class AlertTemplate {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern NAME = Pattern.compile("\\$\\{(\\w+)\\}");

  /** A link without its address, and a field without its value, say nothing. */
  private static final Set<String> NEEDED = Set.of("href", "value");

  private final JsonNode template;
  private final UnaryOperator<String> escape;

  /**
   * A template of this package's resources.
   *
   * @param name of the resource
   * @param escape what is done to each word before it is put in
   */
  AlertTemplate(String name, UnaryOperator<String> escape) {
    this.escape = escape;
    try (InputStream in = AlertTemplate.class.getResourceAsStream(name)) {
      this.template = JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /**
   * The template with words in the place of names.
   *
   * @param words by name; an unknown name is a fault of the template
   */
  JsonNode fill(Map<String, String> words) {
    return fill(template, words);
  }

  /** Null where nothing is left. */
  private JsonNode fill(JsonNode node, Map<String, String> words) {
    if (node.isObject()) {
      ObjectNode filled = JSON.createObjectNode();
      node.fields()
          .forEachRemaining(
              field -> {
                JsonNode value = fill(field.getValue(), words);
                if (value != null) {
                  filled.set(field.getKey(), value);
                }
              });
      return complete(node, filled) ? filled : null;
    }
    if (node.isArray()) {
      ArrayNode filled = JSON.createArrayNode();
      for (JsonNode each : node) {
        JsonNode value = fill(each, words);
        if (value != null) {
          filled.add(value);
        }
      }
      return filled.isEmpty() ? null : filled;
    }
    return node.isTextual() ? fill(node.textValue(), words) : node;
  }

  private static boolean complete(JsonNode node, ObjectNode filled) {
    return !filled.isEmpty()
        && NEEDED.stream().noneMatch(name -> node.has(name) && !filled.has(name));
  }

  private JsonNode fill(String text, Map<String, String> words) {
    Matcher names = NAME.matcher(text);
    StringBuilder filled = new StringBuilder();
    boolean any = !names.find();
    names.reset();
    while (names.find()) {
      String word = words.get(names.group(1));
      if (word == null) {
        throw new IllegalStateException("the template knows no " + names.group());
      }
      any |= !word.isEmpty();
      names.appendReplacement(filled, Matcher.quoteReplacement(escape.apply(word)));
    }
    names.appendTail(filled);
    return any ? JsonNodeFactory.instance.textNode(filled.toString().strip()) : null;
  }
}
