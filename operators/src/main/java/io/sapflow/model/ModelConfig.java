package io.sapflow.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code config.json} says of a decoder model of the families llama, mistral, qwen2 and qwen3.
 *
 * @param modelType llama, mistral, qwen2 or qwen3
 * @param ropeScaling null where the frequencies are not scaled
 * @param maxPositions longest text in tokens, at least 2: one, and its next
 * @param slidingWindow null where every query sees all earlier keys; else the number of last
 *     positions it sees, itself included
 * @param tiedEmbeddings whether the output head is the embedding
 * @param qkvBias whether q, k and v have a bias
 * @param qkNorm whether q and k go through an RMS norm over headDim
 * @param bosTokenId may be null
 * @param padTokenId may be null
 * @param torchDtype float32, float16, bfloat16 or float64; float32 where the file does not say
 */
public record ModelConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    RopeScaling ropeScaling,
    int maxPositions,
    Integer slidingWindow,
    boolean tiedEmbeddings,
    boolean qkvBias,
    boolean qkNorm,
    Integer bosTokenId,
    Integer padTokenId,
    String torchDtype) {

  /** Reads the configuration of a model directory, whose {@link ConfiguredEnds} are checked. */
  public static ModelConfig read(Path directory) {
    ConfiguredEnds.read(directory);
    return ModelConfigReader.read(directory.resolve("config.json"));
  }

  /** Reads a config.json on its own, whatever its name. */
  public static ModelConfig readFile(Path config) {
    return ModelConfigReader.read(config);
  }

  /** Width of all query heads together. */
  public int queryWidth() {
    return heads * headDim;
  }

  /** Width of all key heads, or all value heads, together. */
  public int keyWidth() {
    return kvHeads * headDim;
  }

  /** Names and shapes of the weights, in the fixed order in which the kernel takes them. */
  public Map<String, long[]> expectedTensors() {
    Map<String, long[]> tensors = new LinkedHashMap<>();
    tensors.put("model.embed_tokens.weight", shape(vocabSize, hiddenSize));
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.put(prefix + "input_layernorm.weight", shape(hiddenSize));
      putAttention(tensors, prefix + "self_attn.");
      tensors.put(prefix + "post_attention_layernorm.weight", shape(hiddenSize));
      tensors.put(prefix + "mlp.gate_proj.weight", shape(intermediateSize, hiddenSize));
      tensors.put(prefix + "mlp.up_proj.weight", shape(intermediateSize, hiddenSize));
      tensors.put(prefix + "mlp.down_proj.weight", shape(hiddenSize, intermediateSize));
    }
    tensors.put("model.norm.weight", shape(hiddenSize));
    if (!tiedEmbeddings) {
      tensors.put("lm_head.weight", shape(vocabSize, hiddenSize));
    }
    return tensors;
  }

  private void putAttention(Map<String, long[]> tensors, String prefix) {
    tensors.put(prefix + "q_proj.weight", shape(queryWidth(), hiddenSize));
    tensors.put(prefix + "k_proj.weight", shape(keyWidth(), hiddenSize));
    tensors.put(prefix + "v_proj.weight", shape(keyWidth(), hiddenSize));
    tensors.put(prefix + "o_proj.weight", shape(hiddenSize, queryWidth()));
    if (qkvBias) {
      tensors.put(prefix + "q_proj.bias", shape(queryWidth()));
      tensors.put(prefix + "k_proj.bias", shape(keyWidth()));
      tensors.put(prefix + "v_proj.bias", shape(keyWidth()));
    }
    if (qkNorm) {
      tensors.put(prefix + "q_norm.weight", shape(headDim));
      tensors.put(prefix + "k_norm.weight", shape(headDim));
    }
  }

  private static long[] shape(long... dimensions) {
    return dimensions;
  }
}
