package io.sapflow.tokens;

import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Tokens that the files beside tokenizer.json add to a vocabulary.
 *
 * <p>The transformers library would add those that tokenizer.json lacks. Here tokenizer.json alone
 * splits texts, so that such a token would come apart; it is refused.
 */
final class DeclaredTokens {
  private static final String DECODER = "added_tokens_decoder";
  private static final List<String> LISTS =
      List.of("additional_special_tokens", "extra_special_tokens");

  private final Map<String, Integer> added;

  private DeclaredTokens(Map<String, Integer> added) {
    this.added = added;
  }

  /**
   * Checks that tokenizer.json adds each of them, with the same id.
   *
   * @param added ids of the tokens that tokenizer.json adds, by text
   * @throws ModelException naming file, key and token
   */
  static void check(Path directory, Map<String, Integer> added) {
    DeclaredTokens tokens = new DeclaredTokens(added);
    tokens.checkConfig(directory.resolve("tokenizer_config.json"));
    tokens.checkConfig(directory.resolve("special_tokens_map.json"));
    tokens.checkIds(directory.resolve("added_tokens.json"));
  }

  private void checkConfig(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    JsonFile config = JsonFile.read(path);
    for (String key : LISTS) {
      config.texts(key, "content").forEach(token -> need(path + ": " + key, token));
    }
    if (config.has(DECODER)) {
      JsonFile decoder = config.object(DECODER);
      for (String id : decoder.keys()) {
        check(path + ": " + DECODER, decoder.object(id).text("content"), id);
      }
    }
  }

  private void checkIds(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    JsonFile ids = JsonFile.read(path);
    for (String token : ids.keys()) {
      check(path + ":", token, ids.literal(token));
    }
  }

  private void check(String where, String token, String id) {
    need(where, token);
    if (!added.get(token).toString().equals(id)) {
      throw new ModelException(
          where
              + " gives the token "
              + JsonFile.quote(token)
              + " the id "
              + id
              + "; "
              + added.get(token)
              + ", as in tokenizer.json, would be right");
    }
  }

  private void need(String where, String token) {
    if (!added.containsKey(token)) {
      throw new ModelException(
          where
              + " names the token "
              + JsonFile.quote(token)
              + ", which tokenizer.json does not add; one that has it among its added_tokens would"
              + " be right");
    }
  }
}
