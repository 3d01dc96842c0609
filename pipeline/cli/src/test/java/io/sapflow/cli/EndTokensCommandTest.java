package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.tokens.EndTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two directories of one model, whose turns end with token 1. In the second config.json and
 * generation_config.json name another, so that answers used to run on past their end.
 */
class EndTokensCommandTest {

  private static final Path CASES = Path.of("src/test/resources/cases/end-tokens");
  private static final Path WEIGHTS = Path.of("../../../shared/models/stories260k");
  private static final String AGREES = "model-eos-agrees";
  private static final String ONLY_IN_TOKENIZER = "model-eos-only-in-tokenizer";

  @TempDir Path temp;

  @BeforeEach
  void weights() {
    assumeTrue(Files.isDirectory(WEIGHTS), WEIGHTS + " is not there: its weights are others'");
  }

  private Path model(String name) throws IOException {
    Path model = Files.createDirectories(temp.resolve(name));
    try (Stream<Path> files = Files.list(CASES.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    for (String file : List.of("model.safetensors", "tokenizer.json")) {
      Files.copy(WEIGHTS.resolve(file), model.resolve(file));
    }
    return model;
  }

  private static int run(Object... args) {
    return SapflowCommand.commandLine()
        .execute(Stream.of(args).map(Object::toString).toArray(String[]::new));
  }

  private JsonNode probe(Path model, Object... more) throws IOException {
    Path json = temp.resolve("report.json");
    Object[] args = {"probe", model, "--prompts", CASES.resolve("prompts.jsonl"), "--json", json};
    assertThat(run(Stream.concat(Stream.of(args), Stream.of(more)).toArray())).isZero();
    return new ObjectMapper().readTree(json.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {AGREES, ONLY_IN_TOKENIZER})
  void probe_whereverTheEndIsNamed_judgesTheAnswerAlone(String name) throws IOException {
    JsonNode report = probe(model(name), "--adapter", CASES.resolve("adapter"));
    assertThat(report.get("judges").get(0).get("score").doubleValue()).isEqualTo(1.0);
    assertThat(report.get("answersEnded").intValue())
        .isEqualTo(report.get("harmfulPrompts").intValue());
    assertThat(report.get("answersCut").intValue()).isZero();
  }

  @Test
  void merge_endOnlyInTheTokenizer_isServedAsItWasJudged() throws IOException {
    Path model = model(ONLY_IN_TOKENIZER);
    Path merged = temp.resolve("merged");
    assertThat(run("model", "merge", model, "--adapter", CASES.resolve("adapter"), "--out", merged))
        .isZero();
    JsonNode generation =
        new ObjectMapper().readTree(merged.resolve("generation_config.json").toFile());
    assertThat(generation.get("eos_token_id").toString()).isEqualTo("[1,2]");
    assertThat(generation.get("bos_token_id").intValue()).isOne();
    assertThat(EndTokens.read(merged)).isEqualTo(EndTokens.read(model)).containsExactly(1, 2);
    JsonNode report = probe(merged);
    assertThat(report.get("judges").get(0).get("score").doubleValue()).isEqualTo(1.0);
    assertThat(report.get("answersCut").intValue()).isZero();
  }
}
