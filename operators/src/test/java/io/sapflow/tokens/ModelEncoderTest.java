package io.sapflow.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ModelException;
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

  @Test
  void open_templateThatRaises_isRefused() throws IOException {
    model("{{ raise_exception('no') }}", 100);
    assertThatThrownBy(() -> ModelEncoder.open(directory, 100))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(directory + ": chat_template fails on a question with its answer");
  }
}
