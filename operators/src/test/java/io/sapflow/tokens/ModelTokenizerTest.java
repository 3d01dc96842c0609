package io.sapflow.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.schema.QuarantineReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTokenizerTest {
  @TempDir Path directory;

  @Test
  void open_directory_readsTokensAndEnds() throws Exception {
    TokenizerDirectories.copy(directory, null);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.endIds()).containsExactly(261, 263);
      assertThat(tokenizer.controlTexts())
          .containsExactlyInAnyOrder("<|endoftext|>", "<|im_start|>", "<|im_end|>");
      assertThat(tokenizer.namedTokens())
          .containsEntry("eos_token", "<|im_end|>")
          .containsEntry("pad_token", "<|endoftext|>")
          .doesNotContainKey("bos_token");
    }
  }

  @Test
  void encode_emoji_spansCountCodePoints() throws Exception {
    TokenizerDirectories.copy(directory, null);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      EncodedText text = tokenizer.encode("😀hello<|im_end|>");
      assertThat(text.ids()).hasSize(6);
      assertThat(text.spans().get(4).start()).isEqualTo(1);
      assertThat(text.spans().get(4).end()).isEqualTo(6);
      assertThat(text.spans().get(5).end()).isEqualTo(16);
      assertThat(tokenizer.decode(text.ids(), true)).isEqualTo("😀hello");
    }
  }

  @Test
  void endToken_notMarkedAsSpecial_isAControlTokenAllTheSame() throws Exception {
    TokenizerDirectories.copy(directory, "plain");
    Files.writeString(directory.resolve("special_tokens_map.json"), "{}");
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file, Files.readString(file).replaceAll("\"special\"\\s*:\\s*true", "\"special\": false"));
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.endIds()).contains(263);
      assertThatThrownBy(() -> tokenizer.checkContent("a<|im_end|>b", "message 0"))
          .isInstanceOf(ChatException.class)
          .hasMessage(
              "message 0 holds the control token <|im_end|>; only the chat template may write it");
    }
  }

  @Test
  void encode_textWithoutAnyToken_isInvalidText() throws Exception {
    TokenizerDirectories.copy(directory, "plain");
    Files.writeString(directory.resolve("special_tokens_map.json"), "{}");
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    Files.writeString(
        directory.resolve("tokenizer.json"),
        "{\"version\": \"1.0\", \"added_tokens\": [], \"model\": {\"type\": \"WordLevel\","
            + " \"vocab\": {\"hello\": 0}, \"unk_token\": \"[UNK]\"}}");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.encode("hello").ids()).containsExactly(0);
      assertThatThrownBy(() -> tokenizer.encode("goodbye"))
          .isInstanceOfSatisfying(
              ChatException.class,
              e -> assertThat(e.code()).isEqualTo(QuarantineReason.INVALID_TEXT))
          .hasMessageContaining("tokenizer.json has no token for a part of the text")
          .hasMessageNotContaining("goodbye");
    }
  }

  @Test
  void open_namedTemplates_takesTheDefault() throws Exception {
    TokenizerDirectories.copy(directory, null);
    TokenizerDirectories.write(
        directory.resolve("tokenizer_config.json"),
        Map.of(
            "chat_template",
            List.of(
                Map.of("name", "tool_use", "template", "tools"),
                Map.of("name", "default", "template", "plain"))));
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.template().render(Map.of()).text()).isEqualTo("plain");
    }
  }

  @Test
  void open_missingTokenizer_namesTheFile() throws Exception {
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(directory.resolve("tokenizer.json") + ": there is no such file")
        .hasMessageContaining("would be right");
  }

  @Test
  void open_missingTemplate_namesWhereItBelongs() throws Exception {
    TokenizerDirectories.copy(directory, null);
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("chat_template is missing")
        .hasMessageContaining("chat_template.jinja");
  }

  @Test
  void open_brokenTokenizer_isAnError() throws Exception {
    TokenizerDirectories.copy(directory, null);
    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\": {}}");
    assertThatThrownBy(() -> ModelTokenizer.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tokenizer.json: is not a tokenizer of the tokenizers library");
  }

  private static ModelConfig model(int vocabulary) {
    return new ModelConfig(
        "llama",
        vocabulary,
        8,
        8,
        1,
        1,
        1,
        8,
        1e-6,
        1e4,
        null,
        64,
        null,
        true,
        false,
        false,
        null,
        null,
        "float32");
  }

  @Test
  void check_tokensBeyondTheEmbedding_namesBoth() throws Exception {
    TokenizerDirectories.copy(directory, TokenizerDirectories.CHATML);
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      tokenizer.check(model(264));
      assertThatThrownBy(() -> tokenizer.check(model(263)))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              directory.resolve("tokenizer.json")
                  + ": has tokens up to id 263, but the model embeds 263; ids up to 262 would be"
                  + " right");
    }
  }

  @Test
  void check_templateThatRaises_carriesItsMessage() throws Exception {
    TokenizerDirectories.copy(directory, "{{ raise_exception('no chats here') }}");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThatThrownBy(() -> tokenizer.check(model(500)))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(
              directory + ": chat_template fails on a question with its answer: ")
          .hasMessageContaining("no chats here")
          .hasMessageEndingWith("; a template that renders them would be right");
    }
  }
}
