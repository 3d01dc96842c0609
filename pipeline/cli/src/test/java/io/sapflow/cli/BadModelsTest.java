package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.TuningJob;
import io.sapflow.model.DType;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each model that cannot be trained is refused in one line, before anything starts: by tune, and by
 * the job's main class.
 */
class BadModelsTest {

  private static final String NORM = "model.norm.weight";

  @TempDir Path temp;
  private Path model;
  private Path weights;
  private Path examples;

  @BeforeEach
  void unpack() throws IOException {
    model = ToyModel.unpack(temp);
    weights = model.resolve("model.safetensors");
    examples =
        Files.writeString(temp.resolve("x.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\"}\n");
  }

  private void refused(String message, String... more) {
    refusedByTune(message, more);
    refusedByTheJob(message, more);
  }

  private void refusedByTune(String message, String... more) {
    StringWriter err = new StringWriter();
    List<String> args =
        new ArrayList<>(
            List.of(
                "tune",
                examples.toString(),
                "--model",
                model.toString(),
                "--method",
                "sft",
                "--out",
                temp.resolve("out").toString()));
    args.addAll(List.of(more));
    int code =
        SapflowCommand.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute(args.toArray(String[]::new));
    assertThat(err.toString()).isEqualTo("sapflow: " + message + "\n");
    assertThat(code).isEqualTo(2);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  private void refusedByTheJob(String message, String... more) {
    List<String> args = new ArrayList<>(List.of("-Dsapflow.model.path=" + model));
    args.addAll(List.of(more));
    assertThatThrownBy(() -> TuningJob.main(args.toArray(String[]::new))).hasMessage(message);
  }

  private void replace(String file, String text, String by) throws IOException {
    String before = Files.readString(model.resolve(file));
    assertThat(before).contains(text);
    Files.writeString(model.resolve(file), before.replace(text, by));
  }

  /** The weights again, with one tensor left out or replaced. */
  private void rewrite(String changed, long[] shape, DType dtype, byte[] bytes) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      for (String name : file.names()) {
        if (!name.equals(changed)) {
          writer.add(name, file.entry(name).shape(), file.entry(name).dtype(), file.bytes(name));
        }
      }
      if (bytes != null) {
        writer.add(changed, shape, dtype, ByteBuffer.wrap(bytes));
      }
      Files.write(temp.resolve("new"), writer.toBytes());
    }
    Files.move(temp.resolve("new"), weights, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Puts a header of the same length in place of the old one. */
  private void header(String text, String by) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertThat(header).contains(text);
    String changed = header.replaceFirst(Pattern.quote(text), by);
    System.arraycopy(changed.getBytes(StandardCharsets.UTF_8), 0, bytes, 8, length);
    Files.write(weights, bytes);
  }

  @Test
  void modelType_unknown_isRefused() throws IOException {
    replace("config.json", "\"model_type\" : \"llama\"", "\"model_type\" : \"gpt2\"");
    refused(
        model
            + "/config.json: model_type is \"gpt2\"; llama, mistral, qwen2 or qwen3 would be right");
  }

  /** The weights as a shard of an index that places one tensor. */
  private Path sharded(String tensor, String shard) throws IOException {
    Files.move(weights, model.resolve("model-1.safetensors"));
    return Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"" + tensor + "\": \"" + shard + "\"}}");
  }

  @Test
  void shard_missing_isRefused() throws IOException {
    Path index = sharded(NORM, "model-2.safetensors");
    refused(index + ": shard 'model-2.safetensors' is missing in " + model);
  }

  @Test
  void index_namingATensorTheShardLacks_isRefused() throws IOException {
    Path index = sharded("lm_head.weight", "model-1.safetensors");
    refused(
        index
            + ": places tensor 'lm_head.weight' in 'model-1.safetensors', which has no such"
            + " tensor");
  }

  @Test
  void tensor_missing_isRefused() throws IOException {
    rewrite(NORM, null, null, null);
    refused(
        model
            + ": tensor 'model.norm.weight' is missing; config.json asks for it in the shape [96]");
  }

  @Test
  void tensor_ofAnotherShape_isRefused() throws IOException {
    rewrite(NORM, new long[] {4, 24}, DType.F32, new byte[4 * 96]);
    refused(
        weights + ": tensor 'model.norm.weight' has the shape [4, 24]; config.json asks for [96]");
  }

  @Test
  void tensor_ofAnotherType_isRefused() throws IOException {
    rewrite(NORM, new long[] {96}, DType.I8, new byte[96]);
    refused(weights + ": tensor 'model.norm.weight' is I8; F32, F16, BF16 or F64 would be right");
  }

  @Test
  void header_longerThanTheFile_isRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 90_000_000);
    Files.write(weights, bytes);
    refused(
        weights
            + ": the header claims 90000000 bytes, but only "
            + (bytes.length - 8)
            + " follow its length: the file is cut short");
  }

  @Test
  void offsets_thatDoNotFitTheShape_areRefused() throws IOException {
    String first = "\"data_offsets\":[0,";
    header(first, "\"data_offsets\":[8,");
    StringWriter err = new StringWriter();
    int code =
        SapflowCommand.commandLine()
            .setErr(new PrintWriter(err, true))
            .execute("model", "inspect", model.toString());
    assertThat(code).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("sapflow: " + weights + ": tensor '")
        .contains("data_offsets span ")
        .hasLineCount(1);
  }

  @Test
  void weight_notFinite_isRefused() throws IOException {
    byte[] bytes = new byte[4 * 96];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * 5, Float.NaN);
    rewrite(NORM, new long[] {96}, DType.F32, bytes);
    refused(
        weights
            + ": tensor 'model.norm.weight' holds NaN at index 5; finite weights would be right");
  }

  @Test
  void tokenizer_largerThanTheEmbedding_isRefused() throws IOException {
    replace("tokenizer.json", "\"id\" : 5,", "\"id\" : 786,");
    replace("tokenizer_config.json", "\"5\" :", "\"786\" :");
    refused(
        model
            + "/tokenizer.json: has tokens up to id 786, but the model embeds 786; ids up to 785"
            + " would be right");
  }

  @Test
  void token_thatTokenizerJsonLacks_isRefused() throws IOException {
    Path added = Files.writeString(model.resolve("added_tokens.json"), "{\"<|tool|>\": 785}");
    refused(
        added
            + ": names the token '<|tool|>', which tokenizer.json does not add; one that has it"
            + " among its added_tokens would be right");
  }

  @Test
  void chatTemplate_thatRaises_isRefused() throws IOException {
    Files.writeString(
        model.resolve("chat_template.jinja"), "{{ raise_exception('only tools here') }}");
    refused(
        model
            + ": chat_template fails on a question with its answer: the chat template refuses the"
            + " first 2 messages: only tools here (template line 1); a template that renders them"
            + " would be right");
  }

  @Test
  void adapter_ofAnotherBase_isRefused() {
    Path adapter =
        Path.of("../../operators/src/test/resources/fixtures/f1_llama/adapter").toAbsolutePath();
    refused(
        adapter
            + "/adapter_model.safetensors: tensor"
            + " 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' has the shape"
            + " [8, 64]; the base and rank ask for [8, 96]",
        "-Dsapflow.lora.from=" + adapter);
  }

  /** The job's main class may run where the tasks' directories are not. */
  @Test
  void directory_notThere_isRefusedByTune() {
    Path none = temp.resolve("none");
    refusedByTune(
        none + "/adapter_config.json: cannot be read: there is no such file",
        "-Dsapflow.lora.from=" + none);
    refusedByTune(
        none + "/config.json: cannot be read: there is no such file",
        "-Dsapflow.model.path=" + none);
  }

  @Test
  void adapter_ofAnUnknownLayer_isRefused() throws IOException {
    Path adapter = Files.createDirectory(temp.resolve("adapter"));
    Path config =
        Files.writeString(
            adapter.resolve("adapter_config.json"),
            "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 8, \"target_modules\": [\"fc1\"]}");
    refused(
        config
            + ": target_modules is [\"fc1\"]; a list of q_proj, k_proj, v_proj, o_proj, gate_proj,"
            + " up_proj, down_proj, full or from a dot on, a regular expression of full names, or"
            + " all-linear, would be right",
        "-Dsapflow.lora.from=" + adapter);
  }

  @Test
  void probeLayer_theModelDoesNotHave_isRefused() {
    refused(
        "sapflow.sap.probe-layers: found layer 6, expected 0 to 5", "-Dsapflow.sap.probe-layers=6");
  }

  @Test
  void setting_ofAnotherType_isRefused() {
    refused(
        "sapflow.lora.rank: found high, expected a whole number from 1 to 65536",
        "-Dsapflow.lora.rank=high");
  }
}
