package io.sapflow.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files beside a tokenizer.json that adds <|endoftext|>, <|im_start|>, <|im_end|>: 261 to 263. */
class DeclaredTokensTest {
  @TempDir Path directory;

  @BeforeEach
  void copy() throws Exception {
    TokenizerDirectories.copy(directory, "plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '\0',
      value = {
        "tokenizer_config.json@{'added_tokens_decoder': {'264': {'content': '<x>'}}}@: added_tokens_decoder",
        "tokenizer_config.json@{'additional_special_tokens': ['<|im_end|>', '<x>']}@: additional_special_tokens",
        "tokenizer_config.json@{'extra_special_tokens': {'image': '<x>'}}@: extra_special_tokens",
        "special_tokens_map.json@{'additional_special_tokens': [{'content': '<x>'}]}@: additional_special_tokens",
        "added_tokens.json@{'<x>': 264}@:",
      })
  void open_tokenThatTokenizerJsonDoesNotAdd_isRefused(String file, String json, String key)
      throws Exception {
    Path path = write(file, json);
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            path
                + key
                + " names the token '<x>', which tokenizer.json does not add; one that has it among"
                + " its added_tokens would be right");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '\0',
      value = {
        "tokenizer_config.json@{'added_tokens_decoder': {'264': {'content': '<|im_end|>'}}}@: added_tokens_decoder",
        "added_tokens.json@{'<|im_end|>': 264}@:",
      })
  void open_anotherIdThanInTokenizerJson_isRefused(String file, String json, String key)
      throws Exception {
    Path path = write(file, json);
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            path
                + key
                + " gives the token '<|im_end|>' the id 264; 263, as in tokenizer.json, would be"
                + " right");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '\0',
      value = {
        "tokenizer_config.json@{'bos_token': '<x>'}@bos_token is \"<x>\"",
        "tokenizer_config.json@{'eos_token': {'content': '<x>'}}@eos_token is {\"content\":\"<x>\"}",
        "tokenizer_config.json@{'pad_token': '<x>'}@pad_token is \"<x>\"",
        "special_tokens_map.json@{'unk_token': '<x>'}@unk_token is \"<x>\"",
      })
  void open_namedTokenThatIsNone_isRefused(String file, String json, String found)
      throws Exception {
    Path path = write(file, json);
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(path + ": " + found + "; a token of tokenizer.json would be right");
  }

  @Test
  void open_tokensThatTokenizerJsonHas_areFine() throws Exception {
    write(
        "tokenizer_config.json",
        "{'added_tokens_decoder': {'263': {'content': '<|im_end|>'}}, 'unk_token': 'Ġ',"
            + " 'additional_special_tokens': ['<|im_start|>', {'content': '<|im_end|>'}]}");
    write("added_tokens.json", "{'<|im_start|>': 262}");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.namedTokens()).containsEntry("unk_token", "Ġ");
    }
  }

  @Test
  void open_vocabularyAsAList_isSearchedForNamedTokens() throws Exception {
    write("special_tokens_map.json", "{}");
    write(
        "tokenizer.json",
        "{'version': '1.0', 'model': {'type': 'Unigram', 'unk_id': 0, 'vocab': [['<unk>', 0.0],"
            + " ['a', -1.0]]}}");
    write("tokenizer_config.json", "{'unk_token': '<unk>', 'pad_token': 'a'}");
    ModelTokenizer.open(directory).close();
    Path config = write("tokenizer_config.json", "{'unk_token': '<unk>', 'pad_token': 'b'}");
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .hasMessage(config + ": pad_token is \"b\"; a token of tokenizer.json would be right");
  }

  private Path write(String file, String json) throws Exception {
    return Files.writeString(directory.resolve(file), json.replace('\'', '"'));
  }
}
