package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Fixtures;
import io.sapflow.model.JsonFile;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeftAdapterTest {
  @SuppressWarnings("unused") // named by FieldSource
  static final Iterable<String> MODELS = Fixtures.MODELS;

  private static final ModelConfig LLAMA = ModelConfig.read(Fixtures.path("f1_llama"));

  @TempDir Path temp;

  @ParameterizedTest
  @FieldSource("MODELS")
  void read_fixtureWrittenAgain_isEqual(String name) throws IOException {
    ModelConfig base = ModelConfig.read(Fixtures.path(name));
    PeftAdapter fixture = PeftAdapter.read(Fixtures.path(name + "/adapter"), base);
    fixture.write(temp);
    PeftAdapter again = PeftAdapter.read(temp, base);
    assertThat(again.weights()).isEqualTo(fixture.weights());
    assertThat(again.spec()).isEqualTo(fixture.spec());
    assertThat(again.baseModel()).isNull();
    try (SafetensorsFile ours = SafetensorsFile.open(temp.resolve(PeftAdapter.WEIGHTS));
        SafetensorsFile theirs =
            SafetensorsFile.open(Fixtures.path(name + "/adapter/adapter_model.safetensors"))) {
      assertThat(ours.names()).isEqualTo(theirs.names());
      assertThat(ours.metadata()).isEqualTo(theirs.metadata());
    }
  }

  @Test
  void config_rsLora_isOneFixedText() {
    LoraLayout layout =
        new LoraLayout(LLAMA, new LoraSpec(16, 4.5, true, Set.of(LoraTarget.DOWN, LoraTarget.K)));
    assertThat(new PeftAdapter(layout, "acme/base", new float[layout.size()]).config())
        .asString()
        .isEqualTo(
            """
            {
              "alpha_pattern" : { },
              "auto_mapping" : null,
              "base_model_name_or_path" : "acme/base",
              "bias" : "none",
              "fan_in_fan_out" : false,
              "inference_mode" : true,
              "init_lora_weights" : true,
              "layers_pattern" : null,
              "layers_to_transform" : null,
              "lora_alpha" : 4.5,
              "lora_dropout" : 0.0,
              "modules_to_save" : null,
              "peft_type" : "LORA",
              "r" : 16,
              "rank_pattern" : { },
              "revision" : null,
              "target_modules" : [ "k_proj", "down_proj" ],
              "task_type" : "CAUSAL_LM",
              "use_dora" : false,
              "use_rslora" : true
            }
            """);
  }

  @Test
  void read_rsLora_isHonoured() throws IOException {
    change("\"use_rslora\": false", "\"use_rslora\": true");
    assertThat(PeftAdapter.read(temp, LLAMA).spec().scaling()).isEqualTo(8 / Math.sqrt(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "`lora_bias`: false|`lora_bias`: true|lora_bias is true; an adapter without it would be right",
        "`bias`: `none`|`bias`: `all`|bias is \"all\"; none would be right",
        "`modules_to_save`: null|`modules_to_save`: [`lm_head`]|modules_to_save is [\"lm_head\"]; an adapter without it would be right",
        "`use_dora`: false|`use_dora`: true|use_dora is true; an adapter without it would be right",
        "`rank_pattern`: {}|`rank_pattern`: {`q_proj`: 4}|rank_pattern is {\"q_proj\":4}; one value for all adapted modules (model.layers.0.self_attn.q_proj has 4, model.layers.0.self_attn.v_proj 8) would be right",
        "`rank_pattern`: {}|`rank_pattern`: {`layers.3.self_attn.v_proj`: 4}|rank_pattern is {\"layers.3.self_attn.v_proj\":4}; one value for all adapted modules (model.layers.0.self_attn.q_proj has 8, model.layers.3.self_attn.v_proj 4) would be right",
        "`rank_pattern`: {}|`rank_pattern`: {`q_proj`: 0}|rank_pattern: q_proj is 0; a whole number from 1 to 65536 would be right",
        "`alpha_pattern`: {}|`alpha_pattern`: {`q_proj`: 4.5}|alpha_pattern is {\"q_proj\":4.5}; one value for all adapted modules (model.layers.0.self_attn.q_proj has 4.5, model.layers.0.self_attn.v_proj 8) would be right",
        "`alpha_pattern`: {}|`alpha_pattern`: {`(`: 4}|alpha_pattern is {\"(\":4}; a regular expression (this one: Unclosed group) would be right",
        "`layers_to_transform`: null|`layers_to_transform`: [1]|layers_to_transform is [1]; the same modules in all layers (left out: model.layers.0.self_attn.q_proj, model.layers.0.self_attn.v_proj, model.layers.2.self_attn.q_proj and 3 more) would be right",
        "`layers_to_transform`: null|`layers_to_transform`: 0|layers_to_transform is 0; the same modules in all layers (left out: model.layers.1.self_attn.q_proj, model.layers.1.self_attn.v_proj, model.layers.2.self_attn.q_proj and 3 more) would be right",
        "`layers_to_transform`: null|`layers_to_transform`: [9]|layers_to_transform is [9]; a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, full or from a dot on, a regular expression of full names, or all-linear, would be right",
        "`init_lora_weights`: true|`init_lora_weights`: `pissa`|init_lora_weights is \"pissa\"; an adapter that leaves the base weights as they are would be right",
        "`peft_type`: `LORA`|`peft_type`: `IA3`|peft_type is \"IA3\"; LORA would be right",
        "`q_proj`|`c_attn`|target_modules is [\"c_attn\",\"v_proj\"]; a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, full or from a dot on, a regular expression of full names, or all-linear, would be right",
        "`r`: 8|`r`: 0|r is 0; a whole number from 1 to 65536 would be right",
        "`lora_alpha`: 8|`lora_alpha`: null|lora_alpha is missing",
      })
  void read_unsupportedConfig_saysWhatIsRight(String text, String changed, String message)
      throws IOException {
    change(text.replace('`', '"'), changed.replace('`', '"'));
    assertThatThrownBy(() -> PeftAdapter.read(temp, LLAMA))
        .isInstanceOf(ModelException.class)
        .hasMessage(temp.resolve("adapter_config.json") + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "[`self_attn.q_proj`,`v_proj`]",
        "`model\\\\.layers\\\\.\\\\d+\\\\.self_attn\\\\.(q|v)_proj`",
        "`.*[qv]_proj`",
        "[`layers.0.self_attn.q_proj`,`model.layers.1.self_attn.q_proj`,`2.self_attn.q_proj`,`3.self_attn.q_proj`,`v_proj`]",
        "[`q_proj`,`v_proj`],`layers_to_transform`: [3,0,1,2]",
        "[`q_proj`,`v_proj`],`layers_to_transform`: [3,0,1,2],`layers_pattern`: `layers`",
        "[`q_proj`,`v_proj`],`layers_to_transform`: [3,0,1,2],`layers_pattern`: [`h`,`layers`]",
        "[`q_proj`,`v_proj`],`layers_to_transform`: []",
        "[`q_proj`,`v_proj`],`rank_pattern`: {`.*_proj`: 8, `q_proj`: 2},`r`: 4",
        "[`q_proj`,`v_proj`],`rank_pattern`: {`up_proj`: 2}",
        "[`q_proj`,`v_proj`],`alpha_pattern`: {`self_attn.q_proj`: 8, `^model.layers.[0-3].self_attn.v_proj`: 8},`lora_alpha`: 3",
      })
  void read_otherWaysToNameTheSameModules_giveTheSameAdapter(String targets) throws IOException {
    PeftAdapter fixture = PeftAdapter.read(Fixtures.path("f1_llama/adapter"), LLAMA);
    targets(targets);
    PeftAdapter found = PeftAdapter.read(temp, LLAMA);
    assertThat(found.spec()).isEqualTo(fixture.spec());
    assertThat(found.weights()).isEqualTo(fixture.weights());
  }

  @ParameterizedTest
  @ValueSource(strings = {"`all-linear`", "`All-Linear`"})
  void read_allLinear_isEveryTarget(String targets) throws IOException {
    targets(targets);
    assertThat(PeftAdapter.spec(temp, LLAMA).targets()).containsExactly(LoraTarget.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      value = {
        "`q_proj`~target_modules is \"q_proj\"; KNOWN would be right",
        "[`q_proj`,`lm_head`]~target_modules is [\"q_proj\",\"lm_head\"]; KNOWN (found lm_head) would be right",
        "`.*`~target_modules is \".*\"; KNOWN (found model.embed_tokens) would be right",
        "`[`~target_modules is \"[\"; a regular expression (this one: Unclosed character class) would be right",
        "`(.*.*)*.*_`~target_modules is \"(.*.*)*.*_\"; an expression that needs fewer than 100000 steps would be right",
        "[]~target_modules is []; KNOWN would be right",
        "`.*\\\\.0\\\\..*q_proj`~target_modules is \".*\\\\.0\\\\..*q_proj\"; the same modules in all layers (left out: model.layers.1.self_attn.q_proj, model.layers.2.self_attn.q_proj, model.layers.3.self_attn.q_proj) would be right",
        "`all-linear`,`layers_to_transform`: [0]~layers_to_transform is [0]; an adapter without it, as target_modules is a text, would be right",
        "[`q_proj`],`layers_to_transform`: [0],`layers_pattern`: `h`~layers_to_transform is [0]; KNOWN would be right",
      })
  void read_modulesThatAreNotAdaptedHere_areNamed(String targets, String message)
      throws IOException {
    targets(targets);
    assertThatThrownBy(() -> PeftAdapter.read(temp, LLAMA))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            temp.resolve("adapter_config.json")
                + ": "
                + message.replace(
                    "KNOWN",
                    "a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, full or"
                        + " from a dot on, a regular expression of full names, or all-linear,"));
  }

  /** Groups repeated over and over take a stack frame each. */
  @Test
  void pattern_deeperThanTheStack_isOfTooManySteps() throws IOException {
    targets("`ignored`");
    JsonFile json = JsonFile.read(temp.resolve("adapter_config.json"));
    PeftPattern pattern = new PeftPattern(json, "target_modules", "(a|b)*");
    assertThat(pattern.matches("ab")).isTrue();
    assertThatThrownBy(() -> pattern.matches("ab".repeat(40_000)))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith("an expression that needs fewer than 100000 steps would be right");
  }

  /** The fixture's adapter with other target_modules, and what is written behind them. */
  private void targets(String json) throws IOException {
    Files.writeString(
        temp.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "r": 8, "lora_alpha": 8, "target_modules": JSON}
        """
            .replace(json.contains("`r`") ? "\"r\": 8, " : "", "")
            .replace(json.contains("`lora_alpha`") ? "\"lora_alpha\": 8, " : "", "")
            .replace("JSON", json.replace('`', '"')));
    Files.copy(
        Fixtures.path("f1_llama/adapter/adapter_model.safetensors"),
        temp.resolve("adapter_model.safetensors"));
  }

  @Test
  void read_adapterOfAnotherBase_namesTheTensor() {
    ModelConfig other = ModelConfig.read(Fixtures.path("f2_qwen2"));
    assertThatThrownBy(() -> PeftAdapter.read(Fixtures.path("f1_llama/adapter"), other))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("lora_A.weight' has the shape [8, 64]; the base and rank ask for");
  }

  @Test
  void read_notFiniteWeight_namesTensorAndPlace() throws IOException {
    PeftAdapter fixture = PeftAdapter.read(Fixtures.path("f1_llama/adapter"), LLAMA);
    fixture.weights()[3] = Float.NaN;
    fixture.write(temp);
    assertThatThrownBy(() -> PeftAdapter.read(temp, LLAMA))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            temp.resolve("adapter_model.safetensors")
                + ": tensor 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' holds"
                + " NaN at index 3; finite weights would be right");
  }

  @Test
  void fresh_kernelThatStartsFromAnAdapter_hasItsWeights() {
    PeftAdapter fixture = PeftAdapter.read(Fixtures.path("f1_llama/adapter"), LLAMA);
    try (BaseModel base = BaseModel.open(Fixtures.path("f1_llama"), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(fixture.spec(), KernelOptions.inference(), fixture::weights);
        AdapterState state = AdapterState.fresh(kernel, 5)) {
      assertThat(state.weights().toFloats()).isEqualTo(fixture.weights());
    }
  }

  @Test
  void read_noWeights_saysSo() throws IOException {
    Files.copy(
        Fixtures.path("f1_llama/adapter/adapter_config.json"), temp.resolve("adapter_config.json"));
    assertThatThrownBy(() -> PeftAdapter.read(temp, LLAMA))
        .isInstanceOf(ModelException.class)
        .hasMessage(temp + ": adapter_model.safetensors is missing; only safetensors is read");
  }

  private void change(String text, String changed) throws IOException {
    Path fixture = Fixtures.path("f1_llama/adapter");
    String config = Files.readString(fixture.resolve("adapter_config.json"));
    assertThat(config).contains(text);
    Files.writeString(temp.resolve("adapter_config.json"), config.replace(text, changed));
    Files.copy(
        fixture.resolve("adapter_model.safetensors"), temp.resolve("adapter_model.safetensors"));
  }
}
