package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import io.sapflow.template.ChatTemplate;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;

/**
 * What a model directory says about its control tokens and its chat template.
 *
 * @param named texts of bos_token and its like, by name
 * @param special ids of the control tokens, by text
 * @param endIds see {@link EndTokens}
 * @param largestId the largest id of any token, -1 where there is none
 */
record TokenizerFiles(
    ChatTemplate template,
    Map<String, String> named,
    Map<String, Integer> special,
    SortedSet<Integer> endIds,
    int largestId) {

  static TokenizerFiles read(Path directory) {
    Vocabulary vocabulary =
        Vocabulary.read(JsonFile.read(TemplateFile.need(directory, Vocabulary.FILE)));
    Map<String, Integer> added = vocabulary.added();
    DeclaredTokens.check(directory, added);
    Map<String, String> named = NamedTokens.read(directory, vocabulary);
    ChatTemplate template = TemplateFile.read(directory);
    SortedSet<Integer> endIds = EndTokens.of(directory, vocabulary, named, template);
    Map<String, Integer> special = new LinkedHashMap<>(vocabulary.special());
    // What has a name, and what ends a turn, is a control token, marked as special or not.
    added.forEach(
        (text, id) -> {
          if (named.containsValue(text) || endIds.contains(id)) {
            special.put(text, id);
          }
        });
    if (named.containsKey(NamedTokens.EOS)) { // even where it is one of the model's own words
      String eos = named.get(NamedTokens.EOS);
      vocabulary.id(eos).ifPresent(id -> special.put(eos, id));
    }
    return new TokenizerFiles(
        template, named, Collections.unmodifiableMap(special), endIds, vocabulary.largestId());
  }
}
