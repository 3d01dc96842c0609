package io.sapflow.local.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.schema.Message;
import io.sapflow.schema.Turns;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One entry: a JSON object, and the parts that several forms have in common. */
final class JsonRow {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  /** Names of the turns' authors in ShareGPT's form. */
  private static final Map<String, String> AUTHORS =
      Map.of("human", "user", "gpt", "assistant", "chatgpt", "assistant", "model", "assistant");

  private final long number;
  private final JsonNode object;

  private JsonRow(long number, JsonNode object) {
    this.number = number;
    this.object = object;
  }

  /** The object in an entry's bytes. */
  static JsonRow parse(long number, byte[] bytes) throws BadRowException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new BadRowException("found " + kind(node) + ", expected a JSON object");
      }
      return new JsonRow(number, node);
    } catch (CharacterCodingException e) {
      throw new BadRowException("found bytes that are not UTF-8, expected JSON in UTF-8");
    } catch (JsonEOFException e) {
      throw new BadRowException("found JSON that does not end, expected one JSON object");
    } catch (StreamConstraintsException e) {
      throw new BadRowException(
          "found JSON nested too deep, or with a number or a name too long, expected one JSON"
              + " object");
    } catch (JsonProcessingException e) {
      // Jackson's own words quote the text.
      throw new BadRowException(
          "found no valid JSON"
              + (e.getLocation() == null
                  ? ""
                  : " (at its line "
                      + e.getLocation().getLineNr()
                      + ", character "
                      + e.getLocation().getColumnNr()
                      + ")")
              + ", expected one JSON object");
    }
  }

  long number() {
    return number;
  }

  boolean has(String field) {
    return object.hasNonNull(field);
  }

  /** The first of these fields that the object has, or null. */
  String first(String... fields) {
    for (String field : fields) {
      if (has(field)) {
        return field;
      }
    }
    return null;
  }

  /** The names of its fields, as far as they look like names. */
  String fields() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> !name.matches("[A-Za-z0-9_.-]{1,32}"));
    return String.join(", ", names.subList(0, Math.min(8, names.size())));
  }

  /** The object with its fields in their order, without blanks between them. */
  String canonical() {
    return object.toString();
  }

  /** Field {@code id}, a text or a number, or the other where there is none. */
  String id(String otherwise) throws BadRowException {
    JsonNode id = object.path("id");
    if (id.isMissingNode() || id.isNull()) {
      return otherwise;
    }
    if (!id.isTextual() && !id.isNumber()) {
      throw new BadRowException("id: found " + kind(id) + ", expected a text or a number");
    }
    String text = whole("id", id.asText());
    return text.isBlank() ? otherwise : text;
  }

  String text(String field) throws BadRowException {
    return text(field, object.path(field));
  }

  /** The text of a field, empty where there is none. */
  String textOrEmpty(String field) throws BadRowException {
    return has(field) ? text(field) : "";
  }

  /** Turns of a field that is a list of turns, or a text of this role. */
  List<Message> turns(String field, String role) throws BadRowException {
    JsonNode node = object.path(field);
    return node.isArray() ? turns(field) : List.of(Turns.of(role, text(field)));
  }

  /** Turns of a field that is a list of turns. */
  List<Message> turns(String field) throws BadRowException {
    JsonNode list = object.path(field);
    if (!list.isArray()) {
      throw new BadRowException(field + ": found " + kind(list) + ", expected a list of turns");
    }
    List<Message> turns = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String where = field + "[" + i + "]";
      JsonNode turn = list.get(i);
      if (turn.hasNonNull("from")) {
        String author = text(where + ".from", turn.get("from"));
        turns.add(
            Turns.of(
                AUTHORS.getOrDefault(author, author), text(where + ".value", turn.path("value"))));
      } else {
        turns.add(
            Turns.of(
                text(where + ".role", turn.path("role")),
                text(where + ".content", turn.path("content"))));
      }
    }
    return turns;
  }

  /** A list of pairs of texts, which are earlier questions and answers. */
  List<Message> history(String field) throws BadRowException {
    List<Message> turns = new ArrayList<>();
    if (!has(field)) {
      return turns;
    }
    JsonNode list = object.get(field);
    if (!list.isArray()) {
      throw new BadRowException(field + ": found " + kind(list) + ", expected a list of pairs");
    }
    for (int i = 0; i < list.size(); i++) {
      String where = field + "[" + i + "]";
      turns.add(Turns.of("user", text(where + "[0]", list.path(i).path(0))));
      turns.add(Turns.of("assistant", text(where + "[1]", list.path(i).path(1))));
    }
    return turns;
  }

  /** Plain values of all fields but these, and those of the object {@code attributes}. */
  Map<String, String> attributes(Set<String> but) throws BadRowException {
    Map<String, String> attributes = new LinkedHashMap<>();
    addPlain(attributes, object, but);
    addPlain(attributes, object.path("attributes"), Set.of());
    return attributes;
  }

  private static void addPlain(Map<String, String> to, JsonNode from, Set<String> but)
      throws BadRowException {
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      JsonNode value = field.getValue();
      if (!but.contains(field.getKey()) && value.isValueNode() && !value.isNull()) {
        to.put(whole("a field's name", field.getKey()), whole("a field", value.asText()));
      }
    }
  }

  private static String text(String where, JsonNode node) throws BadRowException {
    if (!node.isTextual()) {
      throw new BadRowException(where + ": found " + kind(node) + ", expected a text");
    }
    return whole(where, node.asText());
  }

  /** JSON's escapes can write half a character, which no encoding of a record keeps. */
  private static String whole(String where, String text) throws BadRowException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new BadRowException(where + ": found a lone surrogate, expected Unicode text");
    }
    return text;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "nothing";
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      default -> "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
