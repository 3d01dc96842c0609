package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
  private static final String SIZES =
      "`vocab_size`:100,`hidden_size`:64,`intermediate_size`:112,`num_hidden_layers`:4,"
          + "`num_attention_heads`:4,`num_key_value_heads`:2";

  @TempDir Path temp;

  @Test
  void read_llama3ScalingFixture_hasEveryField() {
    assertThat(ModelConfig.read(Fixtures.path("f3_llama_rope3_bf16")))
        .isEqualTo(
            new ModelConfig(
                "llama",
                167,
                64,
                60,
                4,
                4,
                2,
                16,
                1e-5,
                500000,
                RopeScaling.llama3(8, 1, 4, 64),
                256,
                null,
                false,
                false,
                false,
                1,
                null,
                "bfloat16"));
  }

  @Test
  void read_mistralFixtureInTheNewerStyle_hasEveryField() {
    assertThat(ModelConfig.read(Fixtures.path("f6_mistral")))
        .isEqualTo(
            new ModelConfig(
                "mistral", 109, 48, 52, 4, 4, 2, 16, 1e-5, 10000, null, 256, 128, false, false,
                false, 1, null, "float32"));
  }

  @Test
  void read_qwenFixtures_haveBiasOrNormAndNoWindow() {
    ModelConfig qwen2 = ModelConfig.read(Fixtures.path("f2_qwen2"));
    assertThat(qwen2.qkvBias()).isTrue();
    assertThat(qwen2.qkNorm()).isFalse();
    assertThat(qwen2.tiedEmbeddings()).isTrue();
    assertThat(qwen2.slidingWindow()).isNull();
    assertThat(qwen2.headDim()).isEqualTo(8);
    ModelConfig qwen3 = ModelConfig.read(Fixtures.path("f5_qwen3"));
    assertThat(qwen3.qkvBias()).isFalse();
    assertThat(qwen3.qkNorm()).isTrue();
    assertThat(qwen3.headDim()).isEqualTo(18);
  }

  @Test
  void read_newerStyleLlama3Scaling_equalsOlderStyle() throws IOException {
    String rope =
        "{`rope_type`:`llama3`,`factor`:8.0,`low_freq_factor`:1.0,`high_freq_factor`:4.0,"
            + "`original_max_position_embeddings`:64";
    ModelConfig newer = llama("`rope_parameters`:" + rope + ",`rope_theta`:500000.0}");
    ModelConfig older = llama("`rope_theta`:500000.0,`rope_scaling`:" + rope + "}");
    assertThat(newer).isEqualTo(older);
    assertThat(newer.ropeScaling()).isEqualTo(RopeScaling.llama3(8, 1, 4, 64));
  }

  @Test
  void read_absentKeys_takeTheFamilysDefaults() throws IOException {
    ModelConfig config = llama("`pad_token_id`:-1");
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.ropeTheta()).isEqualTo(10000);
    assertThat(config.maxPositions()).isEqualTo(2048);
    assertThat(config.torchDtype()).isEqualTo("float32");
    assertThat(ConfiguredEnds.read(temp)).isEqualTo(Map.of("config.json", List.of()));
    assertThat(config.bosTokenId()).isNull();
    assertThat(config.padTokenId()).isNull();
    assertThat(read("{`model_type`:`mistral`," + SIZES + "}").slidingWindow()).isEqualTo(4096);
    assertThat(read("{`model_type`:`qwen3`," + SIZES + "}").headDim()).isEqualTo(128);
  }

  @Test
  void read_longrope_isRefusedByItsType() {
    Path config = Path.of("src/test/resources/cases/longrope-config.json");
    assertThatThrownBy(() -> ModelConfig.readFile(config))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            config
                + ": rope_scaling: type is \"longrope\"; default, linear, dynamic, yarn or llama3"
                + " would be right");
  }

  @Test
  void read_eosInBothFiles_joinsThem() throws IOException {
    Files.writeString(temp.resolve("generation_config.json"), "{\"eos_token_id\": [7, 3]}");
    llama("`eos_token_id`:3");
    assertThat(ConfiguredEnds.read(temp))
        .isEqualTo(Map.of("config.json", List.of(3), "generation_config.json", List.of(7, 3)));
  }

  @Test
  void read_qwenWithWindowInAllLayersOrNone_isTaken() throws IOException {
    String window = "{`model_type`:`qwen2`,`use_sliding_window`:true,`sliding_window`:8," + SIZES;
    assertThat(read(window + ",`max_window_layers`:0}").slidingWindow()).isEqualTo(8);
    assertThat(read(window + ",`max_window_layers`:4}").slidingWindow()).isNull();
    assertThatThrownBy(() -> read(window + ",`max_window_layers`:2}"))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith(
            "max_window_layers is 2; the same kind of attention in all 4 layers would be right");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "`hidden_act`:`gelu`|hidden_act is \"gelu\"; silu would be right",
        "`attention_bias`:true|attention_bias is true; false would be right",
        "`mlp_bias`:true|mlp_bias is true; false would be right",
        "`mlp_bias`:1|mlp_bias is 1; true or false would be right",
        "`partial_rotary_factor`:0.5|partial_rotary_factor is 0.5; 1 would be right",
        "`quantization_config`:{}|quantization_config is {}; a model that is not quantized would be right",
        "`rope_scaling`:{`type`:`longrope`,`short_factor`:[1.0],`long_factor`:[1.0]}|rope_scaling: type is \"longrope\"; default, linear, dynamic, yarn or llama3 would be right",
        "`rope_parameters`:{`rope_type`:`ntk`,`factor`:2.0}|rope_parameters: rope_type is \"ntk\"; default, linear, dynamic, yarn or llama3 would be right",
        "`rope_scaling`:{`type`:`linear`}|rope_scaling: factor is missing",
        "`rope_scaling`:{`type`:`dynamic`,`factor`:0}|rope_scaling: factor is 0; a number above zero would be right",
        "`rope_scaling`:{`type`:`yarn`}|rope_scaling: factor is missing",
        "`rope_scaling`:{`type`:`yarn`,`factor`:4,`beta_fast`:1}|rope_scaling: beta_fast is 1; more than beta_slow, which is 1.0, would be right",
        "`rope_theta`:1,`rope_scaling`:{`type`:`yarn`,`factor`:4}|rope_theta is 1; more than 1, for yarn, would be right",
        "`rope_scaling`:{`type`:`linear`,`factor`:2,`other`:{}}|rope_scaling: other is {}; one rotation for all layers would be right",
        "`rope_scaling`:{`rope_type`:`llama3`}|rope_scaling: factor is missing",
        "`rope_scaling`:{`rope_type`:`llama3`,`factor`:8,`low_freq_factor`:4,`high_freq_factor`:4,`original_max_position_embeddings`:64}|rope_scaling: high_freq_factor is 4; more than low_freq_factor would be right",
        "`rope_scaling`:7|rope_scaling is 7; an object would be right",
        "`rope_parameters`:{`full_attention`:{}}|rope_parameters: full_attention is {}; one rotation for all layers would be right",
        "`rope_theta`:5,`rope_parameters`:{`rope_theta`:6}|rope_theta is 5; the 6.0 of rope_parameters would be right",
        "`rope_theta`:NaN|rope_theta is \"NaN\"; a number above zero would be right",
        "`rope_theta`:-1|rope_theta is -1; a number above zero would be right",
        "`rms_norm_eps`:0|rms_norm_eps is 0; a number above zero would be right",
        "`head_dim`:15|head_dim is 15; an even head_dim (found 15), which RoPE turns in pairs, would be right",
        "`head_dim`:8388608|head_dim is 8388608; heads times head_dim of at most 16777216 would be right",
        "`eos_token_id`:100|eos_token_id is 100; a whole number from 0 to 99 would be right",
        "`eos_token_id`:[1,`x`]|eos_token_id is \"x\"; a whole number from 0 to 99 would be right",
        "`bos_token_id`:-2|bos_token_id is -2; a whole number from 0 to 99 would be right",
        "`max_position_embeddings`:0|max_position_embeddings is 0; a whole number from 2 to 2147483647 would be right",
        "`torch_dtype`:`int8`|torch_dtype is \"int8\"; float32, float16, bfloat16 or float64 would be right",
        "`vocab_size`:7|is not valid JSON: Duplicate field 'vocab_size'",
      })
  void read_wrongValue_namesFileKeyFoundAndRight(String extra, String message) {
    assertThatThrownBy(() -> llama(extra))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(temp.resolve("config.json") + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "`vocab_size`:100|`vocab_size`:1.5|vocab_size is 1.5; a whole number from 1 to 16777216 would be right",
        "`hidden_size`:64|`hidden_size`:99999999999|hidden_size is 99999999999; a whole number from 1 to 16777216 would be right",
        "`num_hidden_layers`:4|`x`:4|num_hidden_layers is missing",
        "`num_key_value_heads`:2|`num_key_value_heads`:3|num_key_value_heads is 3; a divisor of num_attention_heads = 4 would be right",
        "`hidden_size`:64|`hidden_size`:63|num_attention_heads is 4; a divisor of hidden_size = 63, or a head_dim, would be right",
        "`model_type`:`llama`|`model_type`:`gemma`|model_type is \"gemma\"; llama, mistral, qwen2 or qwen3 would be right",
        "`model_type`:`llama`|`x`:1|model_type is missing",
      })
  void read_changedKey_namesFileKeyFoundAndRight(String key, String changed, String message) {
    String whole = "{`model_type`:`llama`," + SIZES + "}";
    assertThatThrownBy(() -> read(whole.replace(key, changed)))
        .isInstanceOf(ModelException.class)
        .hasMessage(temp.resolve("config.json") + ": " + message);
  }

  @Test
  void read_noConfig_saysSo() {
    assertThatThrownBy(() -> ModelConfig.read(temp))
        .isInstanceOf(ModelException.class)
        .hasMessage(temp.resolve("config.json") + ": cannot be read: there is no such file");
  }

  private ModelConfig llama(String extra) throws IOException {
    return read("{`model_type`:`llama`," + SIZES + "," + extra + "}");
  }

  private ModelConfig read(String json) throws IOException {
    Files.writeString(temp.resolve("config.json"), json.replace('`', '"'));
    return ModelConfig.read(temp);
  }
}
