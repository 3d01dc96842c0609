package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToyModelFilesTest {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  @TempDir Path directory;

  @Test
  void write_emptyDirectory_holdsAllButTheWeights() throws IOException {
    ToyModelFiles.write(directory.resolve("toy"));

    try (Stream<Path> files = Files.list(directory.resolve("toy"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(FILES);
    }
  }

  @Test
  void write_twice_givesTheSameBytes() throws IOException {
    ToyModelFiles.write(directory.resolve("one"));
    ToyModelFiles.write(directory.resolve("two"));

    for (String file : FILES) {
      assertThat(directory.resolve("two").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("one").resolve(file));
    }
  }

  @Test
  void config_tokenIds_areTheTokenizers() throws IOException {
    ToyModelFiles.write(directory);
    JsonNode config = read("config.json");
    JsonNode tokenizer = read("tokenizer.json");
    JsonNode vocabulary = tokenizer.at("/model/vocab");

    assertThat(config.get("vocab_size").asInt()).isEqualTo(vocabulary.size());
    assertThat(config.get("bos_token_id")).isEqualTo(vocabulary.get("<|begin|>"));
    assertThat(config.get("eos_token_id")).isEqualTo(vocabulary.get("<|end|>"));
    assertThat(config.get("pad_token_id")).isEqualTo(vocabulary.get("<|pad|>"));
    assertThat(read("generation_config.json").get("eos_token_id"))
        .isEqualTo(config.get("eos_token_id"));
    assertThat(read("tokenizer_config.json").get("eos_token").asText()).isEqualTo("<|end|>");
    for (JsonNode added : tokenizer.get("added_tokens")) {
      assertThat(vocabulary.get(added.get("content").asText())).isEqualTo(added.get("id"));
    }
  }

  @Test
  void directory_withFloat32Weights_staysUnderFourMegabytes() throws IOException {
    ToyModelFiles.write(directory);
    long bytes = 4 * ToyConfig.parameters(new ToyTokenizer().vocabularySize()) + 10_000;
    for (String file : FILES) {
      bytes += Files.size(directory.resolve(file));
    }

    assertThat(bytes).isLessThan(4_000_000);
  }

  private JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(directory.resolve(file).toFile());
  }
}
