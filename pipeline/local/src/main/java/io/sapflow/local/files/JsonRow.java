package io.sapflow.local.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One entry: a JSON object, the parts that several forms have in common, and what is unknown. */
final class JsonRow {

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private final long number;
  private final JsonNode object;
  private final Set<String> unknown = new TreeSet<>();

  private JsonRow(long number, JsonNode object) {
    this.number = number;
    this.object = object;
  }

  /** The object in an entry's bytes. */
  static JsonRow parse(long number, byte[] bytes) throws BadRowException {
    JsonNode node = tree(bytes);
    if (!node.isObject()) {
      throw new BadRowException("found " + kind(node) + ", expected a JSON object");
    }
    return new JsonRow(number, node);
  }

  /** An entry that is parsed already. */
  static JsonRow of(long number, ObjectNode object) {
    return new JsonRow(number, object);
  }

  /** The object in a file of one entry; a list of turns stands for an object with messages. */
  static JsonRow parseOne(byte[] bytes) throws BadRowException {
    JsonNode node = tree(bytes);
    if (node.isArray()) {
      return new JsonRow(1, JsonNodeFactory.instance.objectNode().set("messages", node));
    }
    return parse(1, bytes);
  }

  private static JsonNode tree(byte[] bytes) throws BadRowException {
    String text = null;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw new BadRowException("found bytes that are not UTF-8, expected JSON in UTF-8");
    } catch (JsonEOFException e) {
      throw new BadRowException("found JSON that does not end, expected one JSON object");
    } catch (StreamConstraintsException e) {
      throw new BadRowException(
          "found JSON nested too deep, or with a number or a name too long, expected one JSON"
              + " object");
    } catch (JsonProcessingException e) {
      String duplicate = DuplicateField.find(text);
      // Jackson's own words quote the text.
      throw new BadRowException(
          duplicate != null
              ? duplicate
              : "found no valid JSON"
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

  /** The JSON in a text, null where it holds none. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  long number() {
    return number;
  }

  JsonNode get(String field) {
    return object.path(field);
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
    names.removeIf(name -> !isName(name));
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

  /** The text of the fields instruction and input. */
  String instruction() throws BadRowException {
    String input = textOrEmpty("input");
    return input.isBlank() ? text("instruction") : text("instruction") + "\n\n" + input;
  }

  /** Refuses what no form can honour, and notes the fields that this one does not know. */
  void know(KnownFields.Form form) throws BadRowException {
    refuse(KnownFields.REFUSED_IN_ROWS);
    if (!form.isExample()) {
      refuse(KnownFields.REFUSED_IN_PAIRS_AND_PROMPTS);
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean metadata =
          KnownFields.METADATA.contains(field.getKey()) && field.getValue().isValueNode();
      if (!metadata && !field.getValue().isNull() && !form.fields().containsKey(field.getKey())) {
        unknown.add(named(field.getKey()));
      }
    }
    if (form.isExample()) {
      for (String label : ExampleWeights.LABELS) {
        if (has(label) && !ExampleWeights.good(object.get(label))) {
          unknown.add(label);
        }
      }
      for (Map.Entry<String, JsonNode> attribute : object.path("attributes").properties()) {
        if (attribute.getValue().isContainerNode()) {
          unknown.add("attributes." + named(attribute.getKey()));
        }
      }
    }
  }

  private void refuse(Map<String, String> fields) throws BadRowException {
    for (Map.Entry<String, String> refused : fields.entrySet()) {
      if (TurnReader.filled(object, refused.getKey())) {
        throw new BadRowException(refused.getKey() + ": found one, expected " + refused.getValue());
      }
    }
  }

  /** Notes the fields of a part that are not known; one without a value is none. */
  void unknown(String where, JsonNode part, Collection<String> known) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      if (!field.getValue().isNull() && !known.contains(field.getKey())) {
        unknown.add(where + "." + named(field.getKey()));
      }
    }
  }

  /**
   * The fields that are not known, as far as the row was read: {@code f} for one of its own, {@code
   * messages[].f} for one of its turns.
   */
  Set<String> unknown() {
    return Set.copyOf(unknown);
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

  static String text(String where, JsonNode node) throws BadRowException {
    if (!node.isTextual()) {
      throw new BadRowException(where + ": found " + kind(node) + ", expected a text");
    }
    return whole(where, node.asText());
  }

  /** JSON's escapes can write half a character, which no encoding of a record keeps. */
  static String whole(String where, String text) throws BadRowException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new BadRowException(where + ": found a lone surrogate, expected Unicode text");
    }
    return text;
  }

  /** A name that looks like one; anything else could be content. */
  static String named(String name) {
    return isName(name) ? name : "(a name of " + name.length() + " characters)";
  }

  private static boolean isName(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,32}");
  }

  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case MISSING -> "nothing";
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      default -> "a " + node.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }
}
