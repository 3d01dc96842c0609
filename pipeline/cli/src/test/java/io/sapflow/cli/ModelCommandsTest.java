package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCommandsTest {

  private static final Path FIXTURES = Path.of("../../operators/src/test/resources/fixtures");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private final StringWriter err = new StringWriter();

  private int run(Object... args) {
    String[] texts = new String[args.length + 1];
    texts[0] = "model";
    for (int i = 0; i < args.length; i++) {
      texts[i + 1] = args[i].toString();
    }
    return SapflowCommand.commandLine().setErr(new PrintWriter(err, true)).execute(texts);
  }

  private JsonNode json() throws IOException {
    return JSON.readTree(temp.resolve("out.json").toFile());
  }

  private Path messages(String text) throws IOException {
    return Files.writeString(temp.resolve("messages.json"), text);
  }

  @Test
  void render_toyConversation_writesTextTokensAndMask() throws IOException {
    Path file =
        messages(
            """
            {"messages": [{"role": "user", "content": "2 plus 3"}, {"role": "assistant", "content": "5"}]}
            """);
    Path toy = ToyModel.unpack(temp);
    assertThat(run("render", toy, "--messages", file, "--json", temp.resolve("out.json"))).isZero();
    assertThat(json().get("text").textValue())
        .isEqualTo("<|begin|><|user|>2 plus 3<|end|><|assistant|>5<|end|>");
    assertThat(json().get("lossMask")).hasSameSizeAs(json().get("tokens"));
    assertThat(json().get("lossMask").toString()).isEqualTo("[0,0,0,0,0,0,0,1,1]");
    assertThat(json().get("tokens").get(8).intValue()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '\0',
      value = {
        "{}@: found an object with the fields [], expected messages, conversations, prompt with",
        "[{\"content\": \"a\"}]@: messages[0].role: found nothing, expected a text",
        "[@: found JSON that does not end, expected one JSON object",
        "[{\"role\": \"user\", \"role\": \"user\"}]@: found the field [0].role for the second time",
        "[{\"role\": \"user\", \"content\": \"<|end|>\"}]@: message 0 holds the control token <|end|>",
      })
  void render_unusableMessages_sayWhatIsRight(String text, String message) throws IOException {
    Path toy = ToyModel.unpack(temp);
    assertThat(run("render", toy, "--messages", messages(text))).isEqualTo(2);
    assertThat(err.toString()).startsWith("sapflow: " + temp + "/messages.json" + message);
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void render_fileMissing_isOneLineThatNamesIt() {
    Path toy = ToyModel.unpack(temp);
    assertThat(run("render", toy, "--messages", temp.resolve("none.json"))).isEqualTo(2);
    assertThat(err)
        .hasToString("sapflow: " + temp + "/none.json: cannot be read: there is no such file\n");
  }

  @Test
  void render_maxLengthTooShort_namesTheOption() throws IOException {
    Path toy = ToyModel.unpack(temp);
    assertThat(run("render", toy, "--messages", messages("[]"), "--max-length", 1)).isEqualTo(2);
    assertThat(err)
        .hasToString(
            "sapflow: --max-length: found 1, expected a whole number of at least 2"
                + " (see sapflow model render --help)\n");
  }

  @ParameterizedTest
  @CsvSource({"9, 2048, 9", "2048, 12, 12", "100, 12, 12", "2048, 2048, 23"})
  void render_longerThanSettingOrContext_isCutToTheShorter(int setting, int context, int kept)
      throws IOException {
    Path toy = ToyModel.unpack(temp);
    Path config = toy.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"max_position_embeddings\" : 2048", "\"max_position_embeddings\" : " + context));
    Path file =
        messages(
            """
            [{"role": "user", "content": "2 plus 3"}, {"role": "assistant", "content": "%s"}]
            """
                .formatted("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5"));
    run(
        "render",
        toy,
        "--messages",
        file,
        "--max-length",
        setting,
        "--json",
        temp.resolve("out.json"));
    assertThat(err.toString()).isEmpty();
    assertThat(json().get("tokens")).hasSize(kept);
  }

  @Test
  void inspect_fixture_writesSizesAndMemory() throws IOException {
    assertThat(
            run(
                "inspect",
                FIXTURES.resolve("f5_qwen3"),
                "-Dsapflow.lora.targets=q_proj;o_proj",
                "-Dsapflow.lora.rank=4",
                "--json",
                temp.resolve("out.json")))
        .isZero();
    assertThat(json().get("parameters").longValue()).isEqualTo(97752);
    // q: in 56, out 4 * 18; o the other way around; 4 layers.
    assertThat(json().get("lora").get("parameters").intValue()).isEqualTo(4 * 2 * 4 * (56 + 72));
    assertThat(json().get("config").get("modelType").textValue()).isEqualTo("qwen3");
    assertThat(json().get("endTokens").toString()).isEqualTo("{\"2\":[\"config.json\"]}");
    assertThat(json().get("memory").get("bfloat16").get("weights").longValue())
        .isEqualTo(2 * 97752);
    JsonNode plans = json().get("largestBatch");
    assertThat(plans.get(0).get("taken").booleanValue()).isTrue();
    assertThat(plans.get(0).get("microBatchTokens")).isNull();
    assertThat(plans.get(1).get("microBatchTokens").intValue()).isPositive();
    JsonNode last = plans.get(plans.size() - 1);
    assertThat(last.get("activationCheckpointing").booleanValue()).isTrue();
    assertThat(last.get("taken").booleanValue()).isFalse();
    assertThat(last.get("peak").longValue()).isLessThan(plans.get(0).get("peak").longValue());
    assertThat(json().get("fits").booleanValue()).isTrue();
  }

  @Test
  void inspect_tokenizerAtFault_saysAllButTheEndTokens() throws IOException {
    Path model = ToyModel.unpack(temp);
    Files.writeString(model.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|no|>\"}");
    assertThat(
            run(
                "inspect",
                model,
                "-Dsapflow.lora.targets=q_proj",
                "--json",
                temp.resolve("out.json")))
        .isZero();
    assertThat(json().get("endTokens")).isNull();
    assertThat(json().get("endTokensUnknown").textValue())
        .contains("eos_token is \"<|no|>\"; a token of tokenizer.json would be right");
    assertThat(json().get("fits").booleanValue()).isTrue();
  }

  @Test
  void inspect_modelOfOneLayer_countsOneProbeVector() throws IOException {
    Path config =
        Files.writeString(
            temp.resolve("config.json"),
            """
            {"model_type": "llama", "vocab_size": 9, "hidden_size": 8, "intermediate_size": 8,
             "num_hidden_layers": 1, "num_attention_heads": 2}
            """);
    assertThat(run("random", config, "--out", temp.resolve("one"))).isZero();
    assertThat(
            run(
                "inspect",
                temp.resolve("one"),
                "-Dsapflow.lora.targets=q_proj",
                "-Dsapflow.lora.rank=1",
                "--json",
                temp.resolve("out.json")))
        .isZero();
    // LoRA of 8 + 8 values and a probe of 8: W, two moments and a direction; v and two moments.
    assertThat(json().get("checkpointBytes").intValue()).isEqualTo(4 * (4 * 16 + 3 * 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"f1_llama", "f2_qwen2", "f4_llama_sharded", "f5_qwen3", "f6_mistral"})
  void merge_fixture_givesTheSameLogits(String fixture) throws IOException {
    Path model = FIXTURES.resolve(fixture);
    assertThat(
            run(
                "merge",
                model,
                "--adapter",
                model.resolve("adapter"),
                "--out",
                temp.resolve("merged"),
                "--json",
                temp.resolve("out.json")))
        .isZero();
    assertThat(json().get("pass").booleanValue()).isTrue();
    assertThat(json().get("checks").get(0).get("worst").doubleValue()).isLessThan(2e-5);
  }

  @Test
  void merge_adapterOfAnotherBase_isRefusedInOneLine() {
    assertThat(
            run(
                "merge",
                FIXTURES.resolve("f1_llama"),
                "--adapter",
                FIXTURES.resolve("f2_qwen2/adapter"),
                "--out",
                temp.resolve("merged")))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("has the shape [8, 48]; the base and rank ask for [8, 64]")
        .hasLineCount(1);
    assertThat(temp.resolve("merged")).doesNotExist();
  }

  /** A copy of a fixture, file by file. */
  private Path copy(String fixture) throws IOException {
    Path to = temp.resolve("base");
    try (Stream<Path> files = Files.walk(FIXTURES.resolve(fixture), 2)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(FIXTURES.resolve(fixture).relativize(file).toString()));
      }
    }
    return to;
  }

  private int mergeCopy(Path base) {
    return run(
        "merge", base, "--adapter", base.resolve("adapter"), "--out", temp.resolve("merged"));
  }

  @Test
  void merge_sumBeyondTheType_leavesNothing() throws IOException {
    Path base = copy("f2_qwen2");
    Path adapter = base.resolve("adapter/adapter_config.json");
    Files.writeString(
        adapter,
        Files.readString(adapter).replaceFirst("\"lora_alpha\": \\d+", "\"lora_alpha\": 1e45"));
    assertThat(mergeCopy(base)).isEqualTo(2);
    assertThat(err.toString()).contains("would hold ").contains("beyond F32").hasLineCount(1);
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(base));
  }

  @Test
  void merge_baseNotFinite_saysSoAndLeavesNothing() throws IOException {
    Path base = copy("f2_qwen2");
    Path weights = base.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] = 0x7f; // an exponent of ones: the last value, of the last tensor
    bytes[bytes.length - 2] = (byte) 0xff;
    Files.write(weights, bytes);
    assertThat(mergeCopy(base)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("sapflow: " + weights + ": tensor 'model.norm.weight' holds NaN at index ")
        .endsWith("; finite weights would be right\n");
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(base));
  }

  @Test
  void random_unknownFamily_namesTheFileAndLeavesNothing() throws IOException {
    Path config = Files.writeString(temp.resolve("some.json"), "{\"model_type\": \"gpt2\"}");
    assertThat(run("random", config, "--out", temp.resolve("random"))).isEqualTo(2);
    assertThat(err.toString()).startsWith("sapflow: " + config + ": model_type is \"gpt2\"; ");
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(config));
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16"})
  void random_writtenModel_trainsAndGenerates(String type) throws IOException {
    Path config = FIXTURES.resolve("f6_mistral/config.json");
    assertThat(run("random", config, "--out", temp.resolve("random"), "--shard-mib", 1)).isZero();
    run(
        "try",
        temp.resolve("random"),
        "--length",
        16,
        "--steps",
        2,
        "-Dsapflow.model.compute-type=" + type,
        "--json",
        temp.resolve("out.json"));
    assertThat(json().get("losses")).hasSize(2);
    json().get("losses").forEach(loss -> assertThat(loss.doubleValue()).isBetween(1.0, 20.0));
    assertThat(json().get("foretoldBytes").longValue()).isPositive();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void random_existingDirectory_isRefused() {
    assertThat(run("random", FIXTURES.resolve("f6_mistral/config.json"), "--out", temp))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--out: found " + temp + ", expected a new directory");
  }
}
