package io.sapflow.toy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Shape of the toy model: a Llama of under a million parameters, float32. */
public final class ToyConfig {
  /** Length of a hidden state. */
  public static final int HIDDEN = 96;

  public static final int LAYERS = 6;

  /** Query heads, and as many key and value heads. */
  public static final int HEADS = 4;

  /** Width of the gated MLP. */
  public static final int INTERMEDIATE = 256;

  /** Longest row, in tokens. */
  public static final int CONTEXT = 2048;

  /** Whether the output head is the embedding. */
  public static final boolean TIED = true;

  private static final double ROPE_THETA = 10_000;
  private static final double RMS_NORM_EPS = 1e-5;
  private static final double INITIALIZER_RANGE = 0.02;

  private ToyConfig() {}

  /** Number of weights with a vocabulary of the given size. */
  public static long parameters(int vocabularySize) {
    long attention = 4L * HIDDEN * HIDDEN; // q, k, v, o: [hidden, hidden]
    long mlp =
        3L
            * HIDDEN
            * INTERMEDIATE; // gate, up: [intermediate, hidden]; down: [hidden, intermediate]
    long norms = 2L * HIDDEN;
    long embeddings = (TIED ? 1L : 2L) * vocabularySize * HIDDEN;
    return LAYERS * (attention + mlp + norms) + embeddings + HIDDEN;
  }

  /** {@code config.json}. */
  static ObjectNode config(int vocabularySize) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putArray("architectures").add("LlamaForCausalLM");
    root.put("model_type", "llama")
        .put("vocab_size", vocabularySize)
        .put("hidden_size", HIDDEN)
        .put("intermediate_size", INTERMEDIATE)
        .put("num_hidden_layers", LAYERS)
        .put("num_attention_heads", HEADS)
        .put("num_key_value_heads", HEADS)
        .put("head_dim", HIDDEN / HEADS)
        .put("hidden_act", "silu")
        .put("attention_bias", false)
        .put("mlp_bias", false)
        .put("attention_dropout", 0.0)
        .put("max_position_embeddings", CONTEXT)
        .put("rms_norm_eps", RMS_NORM_EPS)
        .put("rope_theta", ROPE_THETA)
        .putNull("rope_scaling")
        .put("initializer_range", INITIALIZER_RANGE)
        .put("tie_word_embeddings", TIED)
        .put("use_cache", true);
    tokens(root);
    return root.put("torch_dtype", "float32");
  }

  /** {@code generation_config.json}: greedy. */
  static ObjectNode generationConfig() {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("do_sample", false);
    tokens(root);
    return root;
  }

  private static void tokens(ObjectNode root) {
    root.put("bos_token_id", SpecialToken.BEGIN.id())
        .put("eos_token_id", SpecialToken.END.id())
        .put("pad_token_id", SpecialToken.PAD.id());
  }
}
