package io.sapflow.local.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the fields stand that a row is to have: {@code prompt} at {@code meta.question}, say. A
 * path names fields, and places in lists from 0, with dots between them, or with slashes as a JSON
 * pointer does. What is moved is gone from where it stood.
 *
 * @param places fields by the paths to them, in the order in which they were given
 */
public record FieldMap(List<Place> places) {

  /** Every field stands where it is looked for. */
  public static final FieldMap NONE = new FieldMap(List.of());

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  /**
   * Where a field is to be had.
   *
   * @param field its name in the row's form
   * @param path names and places, from the outermost on
   */
  public record Place(String field, List<String> path) {

    @Override
    public String toString() {
      return field + "=" + String.join(".", path);
    }
  }

  /** Keeps the list as it is. */
  public FieldMap {
    places = List.copyOf(places);
  }

  /**
   * A map as arguments give it.
   *
   * @throws IllegalArgumentException for a field or a path that is empty
   */
  public static FieldMap of(Map<String, String> arguments) {
    List<Place> places = new ArrayList<>();
    arguments.forEach(
        (field, path) -> {
          List<String> names = path(path.strip());
          if (field.isBlank() || names.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException(
                "--map: found "
                    + field
                    + "="
                    + path
                    + ", expected FIELD=PATH such as prompt=meta.question");
          }
          places.add(new Place(field.strip(), names));
        });
    return new FieldMap(places);
  }

  private static List<String> path(String path) {
    if (!path.startsWith("/")) {
      return List.of(path.split("\\.", -1));
    }
    List<String> names = new ArrayList<>();
    for (String name : path.substring(1).split("/", -1)) {
      names.add(name.replace("~1", "/").replace("~0", "~"));
    }
    return names;
  }

  /**
   * A row with its fields where its form looks for them, and which places it had.
   *
   * @param object the row; null for one that is as it was, in its bytes
   */
  record Mapped(ObjectNode object, List<Place> found) {}

  /**
   * Moves the fields of a row. One that is no JSON object is left as it is, for its form to say so.
   */
  Mapped apply(byte[] bytes) {
    if (places.isEmpty() || !(tree(bytes) instanceof ObjectNode row)) {
      return new Mapped(null, List.of());
    }
    List<Place> found = new ArrayList<>();
    List<JsonNode> values = new ArrayList<>();
    List<List<String>> sources = new ArrayList<>();
    for (Place place : places) {
      List<String> source = new ArrayList<>();
      JsonNode value = follow(row, place.path(), source);
      if (value != null && !value.isNull()) {
        found.add(place);
        values.add(value);
        sources.add(source);
      }
    }
    if (found.isEmpty()) {
      return new Mapped(null, found);
    }
    sources.forEach(source -> take(row, source));
    for (int i = 0; i < found.size(); i++) {
      row.set(found.get(i).field(), values.get(i));
    }
    return new Mapped(row, found);
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      return JSON.readTree(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException | JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new AssertionError("a text is read from memory", e);
    }
  }

  /**
   * What a path leads to, or null.
   *
   * @param keys is given the names that led there: a field's own name may hold dots
   */
  private static JsonNode follow(JsonNode from, List<String> path, List<String> keys) {
    if (path.isEmpty()) {
      return from;
    }
    if (from.isArray()) {
      String index = path.get(0);
      JsonNode item = index.matches("[0-9]{1,9}") ? from.get(Integer.parseInt(index)) : null;
      keys.add(index);
      return item == null ? null : follow(item, path.subList(1, path.size()), keys);
    }
    for (int names = path.size(); names > 0; names--) {
      String name = String.join(".", path.subList(0, names));
      JsonNode field = from.get(name);
      if (field != null) {
        keys.add(name);
        return follow(field, path.subList(names, path.size()), keys);
      }
    }
    return null;
  }

  /** Takes a field out, and the objects around it that hold nothing else; a list goes whole. */
  private static void take(ObjectNode from, List<String> keys) {
    JsonNode next = from.get(keys.get(0));
    if (keys.size() > 1 && next instanceof ObjectNode object) {
      take(object, keys.subList(1, keys.size()));
      if (!object.isEmpty()) {
        return;
      }
    }
    from.remove(keys.get(0));
  }

  /** The same text for all maps that do the same; empty for one that does nothing. */
  public String canonical() {
    return places.stream()
        .map(place -> place.field() + "=" + pointer(place.path()))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String pointer(List<String> path) {
    return path.stream()
        .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }
}
