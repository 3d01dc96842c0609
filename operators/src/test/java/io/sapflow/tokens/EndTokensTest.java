package io.sapflow.tokens;

import static io.sapflow.tokens.TokenizerDirectories.CHATML;
import static io.sapflow.tokens.TokenizerDirectories.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ConfiguredEnds;
import io.sapflow.model.Fixtures;
import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.template.ChatTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class EndTokensTest {
  @SuppressWarnings("unused") // named by FieldSource
  static final Iterable<String> MODELS = Fixtures.MODELS;

  /** In the small tokenizer: &lt;|endoftext|> and &lt;|im_end|>. */
  private static final int TEXT = 261;

  private static final int END = 263;

  @TempDir Path directory;

  private void names(String config, String generation, String eos) throws Exception {
    Files.writeString(directory.resolve("config.json"), "{" + config + "}");
    Files.writeString(directory.resolve("generation_config.json"), "{" + generation + "}");
    Files.writeString(directory.resolve("tokenizer_config.json"), "{}");
    Files.writeString(directory.resolve("special_tokens_map.json"), "{" + eos + "}");
  }

  @Test
  void read_eachPlaceNamesAnother_isTheUnionWithItsSources() throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    names("\"eos_token_id\": 3", "\"eos_token_id\": [4, 3]", "\"eos_token\": \"<|endoftext|>\"");
    assertThat(EndTokens.read(directory)).containsExactly(3, 4, TEXT, END);
    assertThat(EndTokens.sources(directory))
        .isEqualTo(
            Map.of(
                3,
                List.of("config.json", "generation_config.json"),
                4,
                List.of("generation_config.json"),
                TEXT,
                List.of("the tokenizer's eos_token"),
                END,
                List.of("the chat template")));
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.endIds()).isEqualTo(EndTokens.read(directory));
    }
  }

  @Test
  void template_aloneEndsATurn_itsTokenIsTrained() throws Exception {
    TokenizerDirectories.copy(directory, CHATML);
    names("", "", "");
    try (ModelTokenizer tokenizer = ModelTokenizer.open(directory)) {
      assertThat(tokenizer.endIds()).containsExactly(END);
      EncodedChat encoded =
          new ChatEncoder(tokenizer, 100).encode(whole("user", "hello", "assistant", "hello"), 0);
      int last = encoded.tokens().length - 1;
      while (encoded.targets()[last] == 0) {
        last--;
      }
      assertThat(encoded.tokens()[last]).isEqualTo(END);
    }
  }

  /** Some end with the opening of the assistant's turn, whatever add_generation_prompt is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "<|im_start|>{{ m.role }} {{ m.content }} ~<|im_start|>assistant ~none",
        "{{ '<|user|>' if m.role == 'user' else '<|assistant|>' }}{{ m.content }}~<|assistant|>~none",
        "{{ '<|user|>' if m.role == 'user' else '<|assistant|>' }}{{ m.content }}</a>~<|assistant|>~5",
        "{{ '<s>' if loop.first }}<|im_start|>{{ m.role }} {{ m.content }}~<|im_start|>assistant~none",
        "<s>{{ m.role }} {{ m.content }}~<s>assistant~none",
        "{{ '<|im_start|>system Be kind.<|im_end|>' if loop.first }}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|> ~<|im_start|>assistant~1",
        "{{ '<|im_start|>system Be kind.<|im_end|>' if loop.first }}<|im_start|>{{ m.role }} {{ m.content }} ~<|im_start|>assistant~none",
        "{{ m.content }}{{ '<|im_end|>' if loop.last }}~~none",
      })
  void turnEnd_openingAlwaysAppended_isNone(String message, String opening, Integer id) {
    assertThat(turnEnd(message, opening, Set.of())).isEqualTo(Optional.ofNullable(id));
  }

  /** What closes a part of the answer, before the end that the model's files name. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "{{ m.content }}</a><|im_end|>~1~none",
        "{{ m.content }} </a> <|im_end|> ~1~none",
        "{{ m.content }}</a><|im_end|>~4~5",
        "{{ m.content }}</a>, so.<|im_end|>~1~5",
        "{{ m.content }}</a>{{ '<|im_end|>' if loop.last }}~1~5",
        "{{ m.content }}<|im_end|>~1~none",
      })
  void turnEnd_knownEndInTheSameRun_isNone(String message, int known, Integer id) {
    assertThat(turnEnd(message, "", Set.of(known))).isEqualTo(Optional.ofNullable(id));
  }

  private static Optional<Integer> turnEnd(String message, String opening, Set<Integer> known) {
    Map<String, Integer> controls = new LinkedHashMap<>();
    for (String token :
        List.of("<|im_start|>", "<|im_end|>", "<|user|>", "<|assistant|>", "<s>", "</a>")) {
      controls.put(token, controls.size());
    }
    String last = opening == null ? "" : opening;
    String source = "{% for m in messages %}" + message + "{% endfor %}" + last;
    return TurnEnd.of(ChatTemplate.parse(source), Map.of("bos_token", "<s>"), controls, known);
  }

  @Test
  void read_innerTokenBeforeTheConfiguredEnd_isNoEnd() throws Exception {
    TokenizerDirectories.copy(
        directory, "{% for m in messages %}{{ m.content }}<|endoftext|><|im_end|>{% endfor %}");
    names("", "\"eos_token_id\": 263", "");
    assertThat(EndTokens.read(directory)).containsExactly(END);
    names("", "", "\"eos_token\": \"<|im_end|>\"");
    assertThat(EndTokens.read(directory)).containsExactly(END);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "{{ m.content }}<|im_end|>~~263",
        "{{ m.content }}   <|im_end|>~<|im_start|>~263",
        "{{ m.content }}<|endoftext|><|im_end|>~~261",
        "{{ m.content }}, he said.<|im_end|>~~none",
        "{{ m.content }}<|im_start|>~<|im_start|>~none",
        "{{ m.content }}~<|im_start|>~none",
        "{{ m.content | upper }}<|im_end|>~~none",
        "{{ raise_exception('never') }}~~none",
      })
  void turnEnd_templates_isTheControlTokenRightAfterTheAnswer(
      String message, String opening, Integer id) throws Exception {
    TokenizerDirectories.copy(
        directory,
        "{% for m in messages %}"
            + message
            + "{% endfor %}{% if add_generation_prompt %}"
            + (opening == null ? "" : opening)
            + "{% endif %}");
    names("", "", "");
    assertThat(EndTokens.read(directory)).isEqualTo(id == null ? Set.of() : Set.of(id));
  }

  /** The templates that renderings are recorded of. */
  @ParameterizedTest
  @CsvSource({
    "bracketed,</s>",
    "headers,<|eot|>",
    "chatml_plain,<|im_end|>",
    "chatml_generation,<|im_end|>",
    "thinking,<|e|>",
    "tools,<|e|>",
    "macros,",
    "arithmetic,",
    "whitespace,",
  })
  void turnEnd_recordedTemplates_isTheTokenThatTheyWrite(String template, String end)
      throws Exception {
    Path goldens = Path.of("chat-template/src/test/resources/chat-templates/goldens.json");
    String source = JsonFile.read(goldens).object("templates").text(template);
    Map<String, Integer> controls = new LinkedHashMap<>();
    for (String token :
        List.of(
            "<s>",
            "</s>",
            "<|s|>",
            "<|e|>",
            "<|h|>",
            "<|/h|>",
            "<|eot|>",
            "<|im_start|>",
            "<|im_end|>")) {
      controls.put(token, controls.size());
    }
    assertThat(
            TurnEnd.of(
                ChatTemplate.parse(source),
                Map.of("bos_token", "<s>", "eos_token", "</s>"),
                controls,
                Set.of()))
        .isEqualTo(Optional.ofNullable(end).map(controls::get));
  }

  @Test
  void eosToken_ofTheModelsOwnWords_counts() throws Exception {
    TokenizerDirectories.copy(directory, "plain");
    names("", "", "\"eos_token\": \"stop\"");
    Files.writeString(
        directory.resolve("tokenizer.json"),
        "{\"added_tokens\": [], \"model\": {\"type\": \"WordLevel\", \"vocab\": {\"go\": 0,"
            + " \"stop\": 1}}}");
    assertThat(EndTokens.read(directory)).containsExactly(1);
  }

  @Test
  void read_modelWithoutTokenizer_isWhatItsFilesName() throws Exception {
    assertThat(EndTokens.read(directory)).isEmpty();
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [9, 8]}");
    assertThat(EndTokens.read(directory)).containsExactly(8, 9);
  }

  @Test
  void read_tokenBeyondTheVocabulary_namesFileAndToken() throws Exception {
    Files.writeString(directory.resolve("config.json"), "{\"vocab_size\": 8}");
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [2, 8]}");
    String message =
        directory.resolve("generation_config.json")
            + ": eos_token_id is 8; a whole number from 0 to 7 would be right";
    assertThatThrownBy(() -> EndTokens.read(directory))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> ModelConfig.read(directory)).hasMessage(message);
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void read_fixtures_isWhatEveryReaderIsTold(String name) {
    Path model = Fixtures.path(name);
    assertThat(EndTokens.read(model))
        .isEqualTo(
            Set.copyOf(ConfiguredEnds.read(model).values().stream().flatMap(List::stream).toList()))
        .isNotEmpty();
  }

  @Test
  void write_otherTokensNamed_keepsTheRestOfTheFile() throws Exception {
    Path file = directory.resolve("generation_config.json");
    Files.writeString(file, "{\"eos_token_id\": [3, 2], \"top_p\": 0.9}");
    ConfiguredEnds.write(directory, Set.of(2, 3));
    assertThat(file).hasContent("{\"eos_token_id\": [3, 2], \"top_p\": 0.9}");
    ConfiguredEnds.write(directory, Set.of(1));
    assertThat(file).hasContent("{\n  \"eos_token_id\" : [ 1 ],\n  \"top_p\" : 0.9\n}\n");
    Files.delete(file);
    ConfiguredEnds.write(directory, Set.of());
    assertThat(file).doesNotExist();
    ConfiguredEnds.write(directory, Set.of(7));
    assertThat(EndTokens.read(directory)).containsExactly(7);
  }

  @Test
  void write_configNamesThem_makesNoFile() throws Exception {
    Files.writeString(directory.resolve("config.json"), "{\"eos_token_id\": [2, 1]}");
    ConfiguredEnds.write(directory, Set.of(1, 2));
    assertThat(directory.resolve("generation_config.json")).doesNotExist();
    ConfiguredEnds.write(directory, Set.of(1, 2, 3));
    assertThat(EndTokens.read(directory)).containsExactly(1, 2, 3);
  }

  /** The superuser may write to any file, so what tells is that it is another file. */
  @Test
  void write_readOnlyFile_isReplaced() throws Exception {
    Path file = directory.resolve("generation_config.json");
    Files.writeString(file, "{\"eos_token_id\": 3, \"top_p\": 0.9}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    Object before = Files.getAttribute(file, "unix:ino");
    Path kept = Files.createLink(directory.resolve("kept"), file);
    ConfiguredEnds.write(directory, Set.of(1));
    assertThat(file).hasContent("{\n  \"eos_token_id\" : [ 1 ],\n  \"top_p\" : 0.9\n}\n");
    assertThat(kept).hasContent("{\"eos_token_id\": 3, \"top_p\": 0.9}");
    assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(before);
  }
}
