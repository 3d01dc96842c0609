package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens of a tokenizer.json.
 *
 * @param added ids of the added tokens, which are found in a text before anything else, by text
 * @param special those of them that are marked as special
 * @param words ids of the model's own tokens by text; empty where the file has none
 * @param largestId the largest id of any token, -1 where there is none
 */
record Vocabulary(
    Map<String, Integer> added,
    Map<String, Integer> special,
    Map<String, Integer> words,
    int largestId) {
  /** Where a model directory has them. */
  static final String FILE = "tokenizer.json";

  static Vocabulary read(JsonFile tokenizer) {
    Map<String, Integer> added = new LinkedHashMap<>();
    Map<String, Integer> special = new LinkedHashMap<>();
    int largest = -1;
    if (tokenizer.has("added_tokens")) {
      for (JsonFile token : tokenizer.objects("added_tokens")) {
        int id = token.integer("id", 0, Integer.MAX_VALUE);
        largest = Math.max(largest, id);
        added.put(token.text("content"), id);
        if (token.flag("special", false)) {
          special.put(token.text("content"), id);
        }
      }
    }
    if (!tokenizer.has("model") || !tokenizer.object("model").isNested("vocab")) {
      return new Vocabulary(added, special, Map.of(), largest);
    }
    JsonFile model = tokenizer.object("model");
    if (model.isList("vocab")) { // [token, score], and its place is the id
      List<String> texts = model.firstTexts("vocab");
      Map<String, Integer> words = new HashMap<>();
      for (int id = 0; id < texts.size(); id++) {
        words.put(texts.get(id), id);
      }
      return new Vocabulary(added, special, words, Math.max(largest, texts.size() - 1));
    }
    JsonFile ids = model.object("vocab");
    Map<String, Integer> words = new HashMap<>();
    for (String word : ids.keys()) {
      int id = ids.integer(word, 0, Integer.MAX_VALUE);
      words.put(word, id);
      largest = Math.max(largest, id);
    }
    return new Vocabulary(added, special, words, largest);
  }

  /** The id of a token. */
  Optional<Integer> id(String text) {
    return Optional.ofNullable(added.getOrDefault(text, words.get(text)));
  }

  /**
   * Whether a text is a token. A file without a vocabulary is left to the tokenizers library to
   * refuse.
   */
  boolean holds(String text) {
    return words.isEmpty() || words.containsKey(text) || added.containsKey(text);
  }
}
