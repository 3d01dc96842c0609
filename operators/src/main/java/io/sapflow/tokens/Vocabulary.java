package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tokens of a tokenizer.json.
 *
 * @param added ids of the added tokens, which are found in a text before anything else, by text
 * @param special those of them that are marked as special
 * @param words texts of the model's own tokens; empty where the file has none
 * @param largestId the largest id of any token, -1 where there is none
 */
record Vocabulary(
    Map<String, Integer> added, Map<String, Integer> special, Set<String> words, int largestId) {

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
      return new Vocabulary(added, special, Set.of(), largest);
    }
    JsonFile model = tokenizer.object("model");
    if (model.isList("vocab")) { // [token, score], and its place is the id
      List<String> words = model.firstTexts("vocab");
      return new Vocabulary(
          added, special, new HashSet<>(words), Math.max(largest, words.size() - 1));
    }
    JsonFile ids = model.object("vocab");
    List<String> words = ids.keys();
    for (String word : words) {
      largest = Math.max(largest, ids.integer(word, 0, Integer.MAX_VALUE));
    }
    return new Vocabulary(added, special, new HashSet<>(words), largest);
  }

  /**
   * Whether a text is a token. A file without a vocabulary is left to the tokenizers library to
   * refuse.
   */
  boolean holds(String text) {
    return words.isEmpty() || words.contains(text) || added.containsKey(text);
  }
}
