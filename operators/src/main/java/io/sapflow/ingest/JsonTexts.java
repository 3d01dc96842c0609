package io.sapflow.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts of a record that hold JSON: its tools, and the arguments of calls. */
public final class JsonTexts {

  /** As deep as a chat template can look. */
  private static final int DEPTH = 100;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(Object.class);

  private JsonTexts() {}

  /**
   * The value of a call's arguments: a map, or a text where templates are to be given one.
   *
   * @throws IllegalArgumentException for anything else, saying what was found
   */
  public static Object arguments(String json) {
    Object value = value(json);
    if (value instanceof Map || value instanceof String) {
      return value;
    }
    throw new IllegalArgumentException("JSON that is neither an object nor a string");
  }

  /**
   * The tools in a text, null where it is empty.
   *
   * @throws IllegalArgumentException for anything but a list of objects, saying what was found
   */
  public static List<Object> tools(String json) {
    if (json.isEmpty()) {
      return null;
    }
    if (value(json) instanceof List<?> list
        && !list.isEmpty()
        && list.stream().allMatch(Map.class::isInstance)) {
      return new ArrayList<>(list);
    }
    throw new IllegalArgumentException("JSON that is no list of objects");
  }

  /** Every text in a value, names too. */
  static List<String> texts(Object value) {
    List<String> texts = new ArrayList<>();
    collect(value, texts);
    return texts;
  }

  private static void collect(Object value, List<String> texts) {
    if (value instanceof String text) {
      texts.add(text);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> collect(item, texts));
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, item) -> {
            collect(key, texts);
            collect(item, texts);
          });
    }
  }

  private static Object value(String json) {
    try {
      return JSON.readValue(json);
    } catch (JsonProcessingException e) {
      // Jackson's own words quote the text.
      throw new IllegalArgumentException("no valid JSON", e);
    }
  }
}
