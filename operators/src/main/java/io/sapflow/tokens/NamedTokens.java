package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tokens that special_tokens_map.json and tokenizer_config.json give a name; the latter's word
 * counts where both speak.
 */
final class NamedTokens {
  /** The name of the token that ends a text. */
  static final String EOS = "eos_token";

  private static final List<String> NAMES = List.of("bos_token", EOS, "pad_token", "unk_token");

  private NamedTokens() {}

  /** Their texts by name. */
  static Map<String, String> read(Path directory, Vocabulary vocabulary) {
    Map<String, String> named = new LinkedHashMap<>();
    for (String file : List.of("special_tokens_map.json", TemplateFile.CONFIG)) {
      read(directory.resolve(file), vocabulary, named);
    }
    return Collections.unmodifiableMap(named);
  }

  private static void read(Path path, Vocabulary vocabulary, Map<String, String> named) {
    if (!Files.exists(path)) {
      return;
    }
    JsonFile file = JsonFile.read(path);
    for (String name : NAMES) {
      if (!file.has(name)) {
        continue;
      }
      String text = file.isNested(name) ? file.object(name).text("content") : file.text(name);
      if (!vocabulary.holds(text)) {
        throw file.wrong(name, "a token of tokenizer.json");
      }
      named.put(name, text);
    }
  }
}
