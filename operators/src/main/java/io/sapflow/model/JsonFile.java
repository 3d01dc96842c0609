package io.sapflow.model;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON object from a file, read key by key. Every error names the file and the key, what was
 * found and what would be right. A key with the value null counts as absent.
 */
public final class JsonFile {
  /** Longest file that is read, in bytes: an index of a very large model has a few MiB. */
  private static final long MAX_BYTES = 64L << 20;

  // Python writes NaN and Infinity into JSON; a key that is used is checked for its value below.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String where;
  private final JsonNode root;

  private JsonFile(String where, JsonNode root) {
    this.where = where;
    this.root = root;
  }

  /** Reads a file that must hold one JSON object. */
  public static JsonFile read(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new ModelException(
            path + ": has " + Files.size(path) + " bytes; at most " + MAX_BYTES + " are read");
      }
      return parse(path.toString(), Files.readAllBytes(path));
    } catch (IOException e) {
      throw new ModelException(path + ": cannot be read: " + reason(e), e);
    }
  }

  /** Reads bytes that must hold one JSON object; messages call them by the given name. */
  public static JsonFile parse(String where, byte[] bytes) {
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (IOException e) {
      throw new ModelException(where + ": is not valid JSON: " + firstLine(e.getMessage()), e);
    }
    if (root == null || !root.isObject()) {
      throw new ModelException(where + ": must be a JSON object");
    }
    return new JsonFile(where, root);
  }

  /** Whether the key is there with a value other than null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** Whether the key is written in the file, be it with null. */
  public boolean mentions(String key) {
    return root.has(key);
  }

  /** The keys in the order of the file. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    root.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** A whole number from the given range; it must be there. */
  public int integer(String key, int min, int max) {
    return integer(need(key), key, min, max);
  }

  private int integer(JsonNode node, String key, int min, int max) {
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      throw wrong(key, node, "a whole number from " + min + " to " + max);
    }
    return node.intValue();
  }

  /** A whole number from the given range, or the fallback. */
  public int integer(String key, int min, int max, int fallback) {
    return has(key) ? integer(key, min, max) : fallback;
  }

  /** Whole numbers from 0 up to a limit, written as one number or as a list; empty when absent. */
  public List<Integer> integers(String key, int max) {
    List<Integer> values = new ArrayList<>();
    if (has(key) && root.get(key).isArray()) {
      root.get(key).forEach(node -> values.add(integer(node, key, 0, max)));
    } else if (has(key)) {
      values.add(integer(key, 0, max));
    }
    return values;
  }

  /** A finite number above zero; it must be there. */
  public double positive(String key) {
    JsonNode node = need(key);
    if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
      throw wrong(key, node, "a number above zero");
    }
    return node.doubleValue();
  }

  /** A finite number above zero, or the fallback. */
  public double positive(String key, double fallback) {
    return has(key) ? positive(key) : fallback;
  }

  /** A finite number; it must be there. */
  public double number(String key) {
    return number(need(key), key);
  }

  private double number(JsonNode node, String key) {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong(key, node, "a finite number");
    }
    return node.doubleValue();
  }

  /** A list of finite numbers; it must be there. */
  public double[] numbers(String key) {
    JsonNode list = need(key);
    if (!list.isArray()) {
      throw wrong(key, list, "a list of numbers");
    }
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(list.get(i), key);
    }
    return values;
  }

  /** true or false, or the fallback. */
  public boolean flag(String key, boolean fallback) {
    if (has(key) && !root.get(key).isBoolean()) {
      throw wrong(key, root.get(key), "true or false");
    }
    return has(key) ? root.get(key).booleanValue() : fallback;
  }

  /** A text; it must be there. */
  public String text(String key) {
    JsonNode node = need(key);
    if (!node.isTextual()) {
      throw wrong(key, node, "a text");
    }
    return node.textValue();
  }

  /** A text, or the fallback. */
  public String text(String key, String fallback) {
    return has(key) ? text(key) : fallback;
  }

  /** Texts written as one text or as a list; it must be there. */
  public List<String> texts(String key) {
    if (!need(key).isArray()) {
      return List.of(text(key));
    }
    List<String> values = new ArrayList<>();
    for (JsonNode node : root.get(key)) {
      if (!node.isTextual()) {
        throw wrong(key, root.get(key), "a list of texts");
      }
      values.add(node.textValue());
    }
    return values;
  }

  /**
   * Texts in a list or in the values of an object, each as it is or under a key of an object of its
   * own; empty when absent.
   *
   * @param inner that key
   */
  public List<String> texts(String key, String inner) {
    List<String> values = new ArrayList<>();
    for (JsonNode node : root.path(key)) {
      JsonNode text = node.isObject() ? node.path(inner) : node;
      if (!text.isTextual()) {
        throw wrong(key, node, "a text, or an object with a text as " + inner + ",");
      }
      values.add(text.textValue());
    }
    return values;
  }

  /** The first text of each list in a list; it must be there. */
  public List<String> firstTexts(String key) {
    List<String> values = new ArrayList<>();
    for (JsonNode node : need(key)) {
      if (!node.path(0).isTextual()) {
        throw wrong(key, node, "a list that begins with a text");
      }
      values.add(node.path(0).textValue());
    }
    return values;
  }

  /** An object inside this one; its keys are called key.inner in messages; it must be there. */
  public JsonFile object(String key) {
    JsonNode node = need(key);
    if (!node.isObject()) {
      throw wrong(key, node, "an object");
    }
    return new JsonFile(where + ": " + key, node);
  }

  /** The objects of a list; it must be there. */
  public List<JsonFile> objects(String key) {
    JsonNode list = need(key);
    List<JsonFile> values = new ArrayList<>();
    for (JsonNode node : list) {
      if (!list.isArray() || !node.isObject()) {
        throw wrong(key, list, "a list of objects");
      }
      values.add(new JsonFile(where + ": " + key + "[" + values.size() + "]", node));
    }
    return values;
  }

  /** A whole number of 63 bits, zero or more; it must be there. */
  public long whole(String key) {
    JsonNode node = need(key);
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw wrong(key, node, "a whole number, zero or more");
    }
    return node.longValue();
  }

  /** Whether the value is absent, false, zero, or an empty text, list or object. */
  public boolean isEmpty(String key) {
    JsonNode node = root.get(key);
    return !has(key)
        || (node.isBoolean() && !node.booleanValue())
        || (node.isNumber() && node.doubleValue() == 0)
        || (node.isTextual() && node.textValue().isEmpty())
        || (node.isContainerNode() && node.isEmpty());
  }

  /** Whether the value is an object or a list. */
  public boolean isNested(String key) {
    return has(key) && root.get(key).isContainerNode();
  }

  /** Whether the value is a list. */
  public boolean isList(String key) {
    return has(key) && root.get(key).isArray();
  }

  /** How many entries a list or an object has. */
  public int size(String key) {
    return need(key).size();
  }

  /** The value as it stands in the file, or null. */
  public String literal(String key) {
    return has(key) ? root.get(key).toString() : null;
  }

  /** The failure to throw for a value that a reader of this file cannot use. */
  public ModelException wrong(String key, String right) {
    return root.has(key) ? wrong(key, root.get(key), right) : missing(key, right);
  }

  private ModelException wrong(String key, JsonNode found, String right) {
    return new ModelException(
        where + ": " + key + " is " + shorten(found.toString()) + "; " + right + " would be right");
  }

  private ModelException missing(String key, String right) {
    return new ModelException(where + ": " + key + " is missing; " + right + " would be right");
  }

  private JsonNode need(String key) {
    if (!has(key)) {
      throw new ModelException(where + ": " + key + " is missing");
    }
    return root.get(key);
  }

  /** A name in quotes, cut to one line, without control characters or lone surrogates. */
  public static String quote(String name) {
    return "'" + shorten(name) + "'";
  }

  private static String shorten(String text) {
    String line = text.replaceAll("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}]", "?");
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }

  static String firstLine(String message) {
    return shorten(String.valueOf(message).lines().findFirst().orElse(""));
  }

  /** Why a file cannot be read, in one line. */
  public static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "there is no such file" : firstLine(e.toString());
  }
}
