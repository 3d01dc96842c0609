package io.sapflow.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.Check;
import io.sapflow.model.DType;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.ops.models.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces of other models, ranks, targets, probe layers, sizes, intervals and rates. */
class UnseenTracesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String QWEN2 =
      config("qwen2", 30, 3, 3, "\"rope_theta\": 1e6, \"tie_word_embeddings\": false");

  /** The harmful direction is computed every 4 steps, the probe every 2. */
  private static final RecordedTraces.Setting INTERVALS =
      new RecordedTraces.Setting(
          "sap",
          "corrected",
          new LoraSpec(5, 4, false, EnumSet.of(LoraTarget.K, LoraTarget.DOWN)),
          new int[] {2, 0, 1},
          /* fresh= */ false,
          2e-3,
          0.03,
          8e-2,
          /* temperature= */ 1.5,
          /* directionEvery= */ 4,
          /* probeEvery= */ 2,
          /* steps= */ 7,
          /* rows= */ 2,
          /* pairs= */ 5);

  @TempDir private Path temp;
  private Path model;
  private Path sap;

  @BeforeEach
  void place() {
    model = temp.resolve("model");
    sap = model.resolve("sap");
  }

  private static String config(String type, int hidden, int heads, int kvHeads, String more) {
    return String.format(
        "{\"model_type\": \"%s\", \"vocab_size\": 71, \"hidden_size\": %d, \"intermediate_size\": 31,"
            + " \"num_attention_heads\": %d, \"num_key_value_heads\": %d, \"num_hidden_layers\": 3,"
            + " \"rms_norm_eps\": 1e-5, \"max_position_embeddings\": 64, %s}",
        type, hidden, heads, kvHeads, more);
  }

  private void write(String config, DType dtype, RecordedTraces.Setting setting)
      throws IOException {
    Path file = Files.writeString(temp.resolve("config.json"), config);
    RandomModel.write(file, model, dtype, 9000, 3);
    RecordedTraces.write(model, setting, 5);
  }

  private static RecordedTraces.Setting setting(
      String method,
      String variant,
      LoraSpec lora,
      int[] layers,
      boolean fresh,
      double perturbation,
      int steps,
      int rows) {
    return new RecordedTraces.Setting(
        method, variant, lora, layers, fresh, 5e-4, 0.05, perturbation, 1, 1, 1, steps, rows, 3);
  }

  static Stream<Arguments> unseen() {
    LoraSpec all = new LoraSpec(3, 6, false, EnumSet.allOf(LoraTarget.class));
    LoraSpec wide = new LoraSpec(16, 4, false, Set.of(LoraTarget.Q, LoraTarget.V));
    LoraSpec rs = new LoraSpec(1, 2, true, Set.of(LoraTarget.O, LoraTarget.GATE));
    String llama = config("llama", 42, 7, 1, "\"tie_word_embeddings\": true");
    String qwen3 = config("qwen3", 26, 9, 3, "\"head_dim\": 10, \"tie_word_embeddings\": true");
    String mistral =
        config(
            "mistral",
            24,
            6,
            2,
            "\"sliding_window\": 5, \"rope_parameters\": {\"rope_theta\": 500.0}");
    int[] one = {2};
    int[] two = {0, 2};
    return Stream.of(
        Arguments.of(llama, DType.F32, setting("sap", "corrected", all, one, false, 5e-2, 5, 4)),
        Arguments.of(QWEN2, DType.F16, INTERVALS),
        Arguments.of(qwen3, DType.BF16, setting("sap", "reference", wide, two, false, 3e-2, 4, 1)),
        Arguments.of(qwen3, DType.F32, setting("sap", "reference", all, one, true, 2e-5, 4, 2)),
        Arguments.of(llama, DType.F32, setting("sap", "corrected", wide, two, true, 2e-5, 4, 6)),
        Arguments.of(mistral, DType.F32, setting("sap", "corrected", rs, two, false, 2e-3, 12, 3)),
        Arguments.of(mistral, DType.F32, setting("sft", "corrected", rs, one, true, 1, 3, 5)),
        Arguments.of(QWEN2, DType.F32, setting("sft", "reference", all, one, false, 1, 3, 2)));
  }

  @ParameterizedTest(name = "[{index}]")
  @MethodSource("unseen")
  void trace_unseenDirectory_withinLimits(
      String config, DType dtype, RecordedTraces.Setting setting) throws IOException {
    write(config, dtype, setting);
    List<Check> checks = TraceVerification.run(sap, RecordedTraces.NAME);
    assertThat(checks).isNotEmpty();
    assertThat(checks.stream().filter(check -> !check.pass())).isEmpty();
    for (int step = 1; step <= setting.steps(); step++) {
      String name = String.format("step_%02d float64", step);
      assertThat(checks).anyMatch(check -> check.name().equals(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "step_02.probe_next.layer_1, step_02, probe_next",
    "step_05.probe_grad.layer_0, step_05, probe_grad",
    "step_07.probe_exp_avg_sq.layer_2, step_07, probe_exp_avg_sq",
    "step_01.grad_contrastive.*.layers.1.mlp.down_proj.lora_A.weight, step_01, grad_contrastive",
    "step_07.param.*.layers.2.self_attn.k_proj.lora_B.weight, step_07, param"
  })
  void tensor_oneValueOff_failsThereAndNowhereElse(String tensor, String step, String quantity)
      throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    Path file = sap.resolve("trace.safetensors");
    String name = tensor.replace("*", "base_model.model.model");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      assertThat(tensors.names()).contains(name);
      for (String each : tensors.names()) {
        float[] values = tensors.floats(each);
        if (each.equals(name)) {
          values[largest(values)] *= 1.01f;
        }
        writer.add(each, tensors.entry(each).shape(), values);
      }
    }
    Files.write(file, writer.toBytes());
    assertFails(step, quantity);
  }

  private static int largest(float[] values) {
    int largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.abs(values[i]) > Math.abs(values[largest]) ? i : largest;
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({
    "3, useful_loss_clean",
    "4, useful_loss_no_probe",
    "5, contrastive_loss",
    "7, useful_loss_perturbed",
    "1, epsilon",
    "1, cos_contrastive_useful",
    "6, lora_norm_after"
  })
  void scalar_off_failsThereAndNowhereElse(int step, String key) throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    edit(
        manifest -> {
          ObjectNode scalars = (ObjectNode) trace(manifest).get("steps").get(step - 1);
          scalars.put(key, scalars.get(key).doubleValue() * 1.001);
        });
    assertFails(String.format("step_%02d", step), key);
  }

  private void assertFails(String step, String quantity) {
    List<Check> failing =
        TraceVerification.run(sap, RecordedTraces.NAME).stream()
            .filter(check -> !check.pass())
            .toList();
    assertThat(failing).isNotEmpty();
    assertThat(failing)
        .allMatch(check -> check.name().startsWith(step) && isOf(check.quantity(), quantity));
  }

  /** The same by any way; a push is held to what the recorded losses differ by. */
  private static boolean isOf(String checked, String quantity) {
    String bare = checked.replaceFirst("^(double_backward|slopes):", "");
    return bare.startsWith(quantity)
        || (quantity.startsWith("useful_loss_") && bare.equals("push") && !bare.equals(checked));
  }

  @Test
  void intervals_givenByName_areUsed() throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    edit(
        manifest ->
            hyperparameters(manifest)
                .put("direction_refresh_steps", 4)
                .put("probe_refresh_steps", 2));
    assertThat(TraceVerification.run(sap, RecordedTraces.NAME)).allMatch(Check::pass);
    edit(manifest -> hyperparameters(manifest).put("direction_refresh_steps", 2));
    assertRefused(": traces: other: steps[2]: contrastive_batch is missing");
  }

  @Test
  void files_missing_areNamed() throws IOException {
    assertRefused(": cannot be read: there is no such file");
    write(QWEN2, DType.F32, INTERVALS);
    Files.delete(sap.resolve("batches.safetensors"));
    assertThatThrownBy(() -> TraceVerification.run(sap, RecordedTraces.NAME))
        .isInstanceOf(ModelException.class)
        .hasMessage(sap + "/batches.safetensors: cannot be read: there is no such file");
    Files.delete(model.resolve("config.json"));
    assertThatThrownBy(() -> TraceVerification.run(sap, RecordedTraces.NAME))
        .isInstanceOf(ModelException.class)
        .hasMessage(model + "/config.json: cannot be read: there is no such file");
  }

  @Test
  void tensor_missing_isNamed() throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    edit(manifest -> trace(manifest).put("tensors", "start.safetensors"));
    assertThatThrownBy(() -> TraceVerification.run(sap, RecordedTraces.NAME))
        .isInstanceOf(ModelException.class)
        .hasMessage(sap + "/start.safetensors: there is no tensor 'step_01.probe_grad.layer_0'");
  }

  @Test
  void trace_unknown_namesThoseThatAre() throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    assertThatThrownBy(() -> TraceVerification.run(sap, "mine"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "--trace: " + sap + "/manifest.json: traces has no mine; one of other would be right");
  }

  @Test
  void manifest_malformed_isRefusedByKey() throws IOException {
    write(QWEN2, DType.F32, INTERVALS);
    refuses(m -> m.remove("scaling"), ": scaling is missing");
    refuses(m -> m.put("scaling", 0), ": scaling is 0; a number above zero would be right");
    refuses(
        m -> m.putArray("probe_layers").add(1).add(3),
        ": probe_layers is [1,3]; layers from 0 to 2 would be right");
    refuses(m -> m.put("norm_eps", 1e-6), ": norm_eps is 1.0E-6; 1.0E-8 would be right");
    refuses(m -> m.remove("adamw"), ": adamw is missing");
    refuses(
        m -> ((ObjectNode) m.get("adamw")).putArray("betas").add(0.9),
        ": adamw: betas is [0.9]; two numbers from 0 to below 1 would be right");
    refuses(
        m -> trace(m).put("kind", "dpo"),
        ": traces: other: kind is \"dpo\"; sft or sap would be right");
    refuses(
        m -> trace(m).put("variant", 1), ": traces: other: variant is 1; a text would be right");
    refuses(
        m -> hyperparameters(m).put("w_lr", "fast"),
        ": traces: other: hyperparameters: w_lr is \"fast\"; a number above zero would be right");
    refuses(
        m -> hyperparameters(m).remove("temperature"),
        ": traces: other: hyperparameters: temperature is missing");
    refuses(
        m -> ((ObjectNode) trace(m).get("steps").get(2)).put("step", 7),
        ": traces: other: steps[2]: step is 7; 3 would be right");
    refuses(
        m -> ((ObjectNode) trace(m).get("steps").get(1)).remove("useful_batch"),
        ": traces: other: steps[1]: useful_batch is missing");
    refuses(
        m -> ((ObjectNode) trace(m).get("steps").get(4)).remove("useful_loss_perturbed"),
        "useful_loss_perturbed at the first step and then at equal distances, or"
            + " hyperparameters.probe_refresh_steps would be right");
    Files.writeString(sap.resolve("manifest.json"), "{\"traces\": [");
    assertRefused(": is not valid JSON: ");
  }

  /** Edits the manifest, expects a message, and puts the manifest back. */
  private void refuses(Consumer<ObjectNode> edit, String message) throws IOException {
    Path file = sap.resolve("manifest.json");
    String before = Files.readString(file);
    edit(edit);
    assertRefused(message);
    Files.writeString(file, before);
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> TraceVerification.run(sap, RecordedTraces.NAME))
        .isInstanceOf(ModelException.class)
        .message()
        .startsWith(sap + "/manifest.json: ")
        .contains(message)
        .hasLineCount(1);
  }

  private void edit(Consumer<ObjectNode> edit) throws IOException {
    Path file = sap.resolve("manifest.json");
    ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
    edit.accept(manifest);
    JSON.writeValue(file.toFile(), manifest);
  }

  private static ObjectNode trace(ObjectNode manifest) {
    return (ObjectNode) manifest.get("traces").get(RecordedTraces.NAME);
  }

  private static ObjectNode hyperparameters(ObjectNode manifest) {
    return (ObjectNode) trace(manifest).get("hyperparameters");
  }
}
