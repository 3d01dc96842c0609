package io.sapflow.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads config.json in both styles (rope_theta and rope_scaling at the top, or one
 * rope_parameters). Absent keys take the defaults that the transformers library gives the family;
 * what the kernel cannot compute is refused.
 */
final class ModelConfigReader {
  private static final int MAX_SIZE = 1 << 24;
  private static final Set<String> FAMILIES = Set.of("llama", "mistral", "qwen2", "qwen3");
  private static final Set<String> DTYPES = Set.of("float32", "float16", "bfloat16", "float64");
  private static final Map<String, Integer> DEFAULT_MAX_POSITIONS =
      Map.of("llama", 2048, "mistral", 131072, "qwen2", 32768, "qwen3", 32768);

  private final JsonFile json;
  private final String family;

  private ModelConfigReader(JsonFile json) {
    this.json = json;
    this.family = json.text("model_type");
    if (!FAMILIES.contains(family)) {
      throw json.wrong("model_type", "llama, mistral, qwen2 or qwen3");
    }
  }

  static ModelConfig read(Path config) {
    JsonFile json = JsonFile.read(config);
    ModelConfigReader reader = new ModelConfigReader(json);
    ConfiguredEnds.of(json, json);
    return reader.config();
  }

  private ModelConfig config() {
    refuseUnsupported();
    int hidden = json.integer("hidden_size", 1, MAX_SIZE);
    int heads = json.integer("num_attention_heads", 1, MAX_SIZE);
    int kvHeads = kvHeads(heads);
    int headDim = headDim(hidden, heads);
    int vocab = vocabulary(json);
    int layers = json.integer("num_hidden_layers", 1, 4096);
    if (heads % kvHeads != 0) {
      throw json.wrong("num_key_value_heads", "a divisor of num_attention_heads = " + heads);
    }
    int maxPositions =
        json.integer(
            "max_position_embeddings", 2, Integer.MAX_VALUE, DEFAULT_MAX_POSITIONS.get(family));
    RopeReader rope = new RopeReader(json, maxPositions);
    if ((long) heads * headDim > MAX_SIZE) {
      throw json.wrong("head_dim", "heads times head_dim of at most " + MAX_SIZE);
    }
    return new ModelConfig(
        family,
        vocab,
        hidden,
        json.integer("intermediate_size", 1, MAX_SIZE),
        layers,
        heads,
        kvHeads,
        headDim,
        json.positive("rms_norm_eps", 1e-6),
        rope.theta(),
        rope.scaling(),
        maxPositions,
        slidingWindow(layers),
        json.flag("tie_word_embeddings", false),
        family.equals("qwen2"),
        family.equals("qwen3"),
        json.has("bos_token_id") ? json.integer("bos_token_id", 0, vocab - 1) : null,
        padTokenId(vocab),
        torchDtype());
  }

  /** How many tokens the model embeds. */
  static int vocabulary(JsonFile json) {
    return json.integer("vocab_size", 1, MAX_SIZE);
  }

  private void refuseUnsupported() {
    if (!json.text("hidden_act", "silu").equals("silu")) {
      throw json.wrong("hidden_act", "silu");
    }
    // qwen2 has no such key: its bias on q, k and v is part of the family.
    if (json.flag("attention_bias", false)) {
      throw json.wrong("attention_bias", "false");
    }
    if (json.flag("mlp_bias", false)) {
      throw json.wrong("mlp_bias", "false");
    }
    if (json.positive("partial_rotary_factor", 1) != 1) {
      throw json.wrong("partial_rotary_factor", "1");
    }
    if (json.has("quantization_config")) {
      throw json.wrong("quantization_config", "a model that is not quantized");
    }
  }

  private int kvHeads(int heads) {
    boolean nullMeansHeads = family.equals("llama") || json.mentions("num_key_value_heads");
    return nullMeansHeads
        ? json.integer("num_key_value_heads", 1, heads, heads)
        : json.integer("num_key_value_heads", 1, heads);
  }

  private int headDim(int hidden, int heads) {
    int headDim;
    if (json.has("head_dim")) {
      headDim = json.integer("head_dim", 2, MAX_SIZE);
    } else if (family.equals("qwen3") && !json.mentions("head_dim")) {
      headDim = 128;
    } else if (hidden % heads == 0) {
      headDim = hidden / heads;
    } else {
      throw json.wrong(
          "num_attention_heads", "a divisor of hidden_size = " + hidden + ", or a head_dim,");
    }
    if (headDim % 2 != 0) {
      throw json.wrong(
          json.has("head_dim") ? "head_dim" : "num_attention_heads",
          "an even head_dim (found " + headDim + "), which RoPE turns in pairs,");
    }
    return headDim;
  }

  private Integer slidingWindow(int layers) {
    boolean qwen = family.startsWith("qwen");
    if (family.equals("llama") || (qwen && !json.flag("use_sliding_window", false))) {
      return null;
    }
    Integer window;
    if (qwen || json.mentions("sliding_window")) {
      window =
          json.has("sliding_window")
              ? Integer.valueOf(json.integer("sliding_window", 1, Integer.MAX_VALUE))
              : null;
    } else {
      window = 4096;
    }
    int full = fullAttentionLayers(layers, qwen && window != null);
    if (full != 0 && full != layers) {
      throw json.wrong(
          json.has("layer_types") ? "layer_types" : "max_window_layers",
          "the same kind of attention in all " + layers + " layers");
    }
    return full == layers ? null : window;
  }

  /** How many layers look past the window. */
  private int fullAttentionLayers(int layers, boolean windowFromLayer) {
    if (json.has("layer_types")) {
      List<String> types = json.texts("layer_types");
      int sliding = (int) types.stream().filter("sliding_attention"::equals).count();
      int full = (int) types.stream().filter("full_attention"::equals).count();
      if (types.size() != layers || sliding + full != layers) {
        throw json.wrong(
            "layer_types", layers + " times full_attention or " + layers + " sliding_attention");
      }
      return full;
    }
    return windowFromLayer
        ? Math.min(layers, json.integer("max_window_layers", 0, Integer.MAX_VALUE, 28))
        : 0;
  }

  /** Some older files write -1 for "none". */
  private Integer padTokenId(int vocab) {
    int id = json.integer("pad_token_id", -1, vocab - 1, -1);
    return id < 0 ? null : Integer.valueOf(id);
  }

  private String torchDtype() {
    String key = json.has("dtype") ? "dtype" : "torch_dtype";
    String dtype = json.text(key, "float32").replaceFirst("^torch\\.", "");
    if (!DTYPES.contains(dtype)) {
      throw json.wrong(key, "float32, float16, bfloat16 or float64");
    }
    return dtype;
  }
}
