package io.sapflow.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checked header of a safetensors file: every entry lies inside the file, without overlap or
 * hole.
 */
final class SafetensorsHeader {
  /** Longest header that is read, as in the format's reference implementation. */
  static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamReadFeature.AUTO_CLOSE_SOURCE).build();

  private final Object file;
  private final SortedMap<String, TensorEntry> entries = new TreeMap<>();
  private Map<String, String> metadata = null;

  private SafetensorsHeader(Object file) {
    this.file = file;
  }

  /**
   * Parses and checks a header.
   *
   * @param file what messages call the file
   * @param json the header's bytes, no more
   * @param dataBytes length of the file after the header
   */
  static SafetensorsHeader parse(Object file, InputStream json, long dataBytes) {
    SafetensorsHeader header = new SafetensorsHeader(file);
    // A strict decoder: left to itself the parser would guess other encodings too.
    Reader text = new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = JSON.createParser(text)) {
      header.readAll(parser);
    } catch (CharacterCodingException e) {
      throw new ModelException(file + ": the header is not UTF-8", e);
    } catch (IOException e) {
      throw new ModelException(
          file + ": the header is not valid JSON: " + JsonFile.firstLine(e.getMessage()), e);
    }
    header.checkLayout(dataBytes);
    return header;
  }

  SortedMap<String, TensorEntry> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  Map<String, String> metadata() {
    return metadata == null ? Map.of() : Collections.unmodifiableMap(metadata);
  }

  private void readAll(JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_OBJECT || parser.currentTokenLocation().getCharOffset() != 0) {
      throw new ModelException(file + ": the header must be a JSON object, from its first byte on");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      checkText(name);
      if (name.equals(METADATA)) {
        if (metadata != null) {
          throw new ModelException(file + ": the header names " + METADATA + " twice");
        }
        metadata = readMetadata(parser);
      } else if (entries.put(name, readEntry(name, parser)) != null) {
        throw new ModelException(file + ": the header names tensor " + quote(name) + " twice");
      }
    }
    if (parser.nextToken() != null) {
      throw new ModelException(file + ": the header goes on after its JSON object");
    }
  }

  private Map<String, String> readMetadata(JsonParser parser) throws IOException {
    Map<String, String> read = new TreeMap<>();
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return read; // as if it were not there
    }
    expect(token, JsonToken.START_OBJECT, METADATA, "an object of strings");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA, "an object of strings");
      checkText(key);
      checkText(parser.getText());
      if (read.put(key, parser.getText()) != null) {
        throw new ModelException(file + ": " + METADATA + " names " + quote(key) + " twice");
      }
    }
    return read;
  }

  /** JSON's escapes can write half a character, which no UTF-8 text holds. */
  private void checkText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new ModelException(file + ": " + quote(text) + " in the header holds a lone surrogate");
    }
  }

  private TensorEntry readEntry(String name, JsonParser parser) throws IOException {
    String where = "tensor " + quote(name);
    expect(parser.nextToken(), JsonToken.START_OBJECT, where, "an object");
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      boolean again =
          switch (key) {
            case "dtype" -> dtype != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default ->
                throw new ModelException(
                    file
                        + ": "
                        + where
                        + " has an unknown key "
                        + quote(key)
                        + "; dtype, shape and data_offsets are known");
          };
      if (again) {
        throw new ModelException(file + ": " + where + " names " + key + " twice");
      }
      switch (key) {
        case "dtype" -> dtype = readDtype(where, parser);
        case "shape" -> shape = readLongs(where, "shape", parser);
        default -> offsets = readLongs(where, "data_offsets", parser);
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw new ModelException(
          file + ": " + where + " needs dtype, shape and data_offsets, and lacks one of them");
    }
    return checked(new TensorEntry(name, dtype, shape, first(where, offsets), offsets[1]));
  }

  private long first(String where, long[] offsets) {
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw new ModelException(
          file + ": " + where + ": data_offsets must be [begin, end] with begin <= end");
    }
    return offsets[0];
  }

  private TensorEntry checked(TensorEntry entry) {
    long bytes = entry.dtype().bytes();
    try {
      for (long dimension : entry.shape()) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
    } catch (ArithmeticException e) {
      throw new ModelException(
          file + ": tensor " + quote(entry.name()) + ": the shape's size is beyond 63 bits", e);
    }
    if (bytes != entry.bytes()) {
      throw new ModelException(
          file
              + ": tensor "
              + quote(entry.name())
              + ": data_offsets span "
              + entry.bytes()
              + " bytes, but its shape and "
              + entry.dtype()
              + " need "
              + bytes);
    }
    return entry;
  }

  private DType readDtype(String where, JsonParser parser) throws IOException {
    expect(parser.nextToken(), JsonToken.VALUE_STRING, where, "a dtype in quotes");
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(parser.getText())) {
        return dtype;
      }
    }
    throw new ModelException(
        file + ": " + where + " has the unknown dtype " + quote(parser.getText()));
  }

  private long[] readLongs(String where, String key, JsonParser parser) throws IOException {
    String right = key + " as a list of whole numbers from 0 to 2^63-1";
    expect(parser.nextToken(), JsonToken.START_ARRAY, where, right);
    List<Long> read = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where, right);
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw new ModelException(file + ": " + where + " needs " + right);
      }
      read.add(parser.getLongValue());
    }
    return read.stream().mapToLong(Long::longValue).toArray();
  }

  private void expect(JsonToken found, JsonToken right, String where, String words) {
    if (found != right) {
      throw new ModelException(file + ": " + where + " needs " + words);
    }
  }

  /** The format wants the tensors back to back from byte 0 to the end of the file. */
  private void checkLayout(long dataBytes) {
    List<TensorEntry> byPlace = new ArrayList<>(entries.values());
    byPlace.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    long at = 0;
    for (TensorEntry entry : byPlace) {
      if (entry.begin() != at) {
        throw new ModelException(
            file
                + ": tensor "
                + quote(entry.name())
                + " begins at byte "
                + entry.begin()
                + (entry.begin() > at ? ", which leaves a hole: " : ", inside another tensor: ")
                + at
                + " would be right");
      }
      at = entry.end();
    }
    if (at != dataBytes) {
      throw new ModelException(
          file
              + ": the tensors end at byte "
              + at
              + " after the header, but the file has "
              + dataBytes
              + (at > dataBytes ? ": it is cut short" : ": it has bytes no tensor owns"));
    }
  }

  private static String quote(String name) {
    return JsonFile.quote(name);
  }
}
