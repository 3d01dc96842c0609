package io.sapflow.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
import io.sapflow.schema.QuarantineReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelEncoderTest {

  @TempDir Path directory;

  private void model(String template, int context) throws IOException {
    TokenizerDirectories.copy(directory, template);
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 300, "hidden_size": 8, "intermediate_size": 8,
         "num_attention_heads": 2, "num_hidden_layers": 1, "hidden_act": "silu",
         "eos_token_id": 261, "max_position_embeddings": %d}
        """
            .formatted(context));
  }

  @ParameterizedTest
  @CsvSource({"20, 100, 20", "100, 25, 25"})
  void encode_longerThanSettingOrContext_isCutToTheShorter(int setting, int context, int kept)
      throws Exception {
    model(TokenizerDirectories.CHATML, context);
    try (ModelEncoder model = ModelEncoder.open(directory, setting)) {
      EncodedChat chat =
          model
              .encoder()
              .encode(TokenizerDirectories.whole("assistant", "one two three four five six"), 0);
      assertThat(chat.tokens()).hasSize(kept);
      assertThatThrownBy(
              () ->
                  model
                      .encoder()
                      .encodePrompt(
                          TokenizerDirectories.whole("user", "one two three four five six"), 0))
          .isInstanceOf(ChatException.class)
          .hasMessageEndingWith("at most " + kept + " would be right");
    }
  }

  @ParameterizedTest
  @CsvSource({"dynamic, 12, 12, true", "dynamic, 13, 12, false", "linear, 13, 12, true"})
  void checkPrompt_frequenciesThatChangeWithTheLength_leavesRoomForTheAnswer(
      String type, int answer, int most, boolean fits) throws Exception {
    Chat prompt = TokenizerDirectories.whole("user", "one two three four five six");
    int length;
    scale("linear", 100);
    try (ModelEncoder model = ModelEncoder.open(directory, 100)) {
      length = model.encoder().encodePrompt(prompt, 0).tokens().length;
    }
    scale(type, length + most);
    try (ModelEncoder model = ModelEncoder.open(directory, 100)) {
      if (fits) {
        assertThatCode(() -> model.checkPrompt(prompt, answer)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> model.checkPrompt(prompt, answer))
            .isInstanceOfSatisfying(
                ChatException.class, e -> assertThat(e.code()).isEqualTo(QuarantineReason.TOO_LONG))
            .hasMessage(
                "the prompt has "
                    + length
                    + " tokens; at most "
                    + (length - 1)
                    + ", max_position_embeddings less sapflow.probe.answer-tokens, would be right"
                    + " for rope_scaling of type dynamic");
      }
    }
  }

  private void scale(String type, int context) throws IOException {
    model("{% for m in messages %}{{ m.content }}{% endfor %}", context);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst(
                "\\{", "{\"rope_scaling\": {\"type\": \"" + type + "\", \"factor\": 2.0},"));
  }

  @Test
  void eosToken_ofTheModelsOwnWords_mayNotStandInContents() throws Exception {
    model(TokenizerDirectories.CHATML, 100);
    Files.writeString(directory.resolve("special_tokens_map.json"), "{\"eos_token\": \"e\"}");
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.controlTexts()).contains("e");
      assertThatThrownBy(() -> tokenizer.checkContent("hello", "message 0"))
          .hasMessage("message 0 holds the control token e; only the chat template may write it");
    }
  }

  @Test
  void open_templateThatRaises_isRefused() throws IOException {
    model("{{ raise_exception('no') }}", 100);
    assertThatThrownBy(() -> ModelEncoder.open(directory, 100))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(directory + ": chat_template fails on a question with its answer");
  }
}
