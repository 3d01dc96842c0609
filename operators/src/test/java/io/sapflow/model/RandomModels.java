package io.sapflow.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Small models with random weights, written as directories, by seed. */
public final class RandomModels {

  /** A model of each family with sizes that no fixture has, and what to adapt in it. */
  public static final Map<String, String> CONFIGS = new LinkedHashMap<>();

  /** Ways to scale rotations that none of these has. */
  static final Map<String, String> SCALED = new LinkedHashMap<>();

  private static final String SIZES =
      """
      "hidden_act": "silu", "rms_norm_eps": 1e-5, "max_position_embeddings": 512, "eos_token_id": [2, 5],
      "num_hidden_layers": 3,
      """;

  static {
    CONFIGS.put(
        "llama, one kv head, llama3 scaling",
        """
        "model_type": "llama", "vocab_size": 37, "hidden_size": 18, "intermediate_size": 23, "num_attention_heads": 3,
        "num_key_value_heads": 1, "tie_word_embeddings": false, "rope_theta": 50.0,
        "rope_scaling": {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 3.0,
          "original_max_position_embeddings": 32}
        """);
    CONFIGS.put(
        "llama, tied, newer style",
        """
        "model_type": "llama", "vocab_size": 29, "hidden_size": 20, "intermediate_size": 17, "num_attention_heads": 5,
        "num_key_value_heads": 5, "tie_word_embeddings": true, "dtype": "float32",
        "rope_parameters": {"rope_type": "default", "rope_theta": 100.0}
        """);
    CONFIGS.put(
        "qwen2, untied",
        """
        "model_type": "qwen2", "vocab_size": 31, "hidden_size": 28, "intermediate_size": 19, "num_attention_heads": 7,
        "num_key_value_heads": 7, "tie_word_embeddings": false, "rope_theta": 1000.0
        """);
    CONFIGS.put(
        "qwen3, wide heads",
        """
        "model_type": "qwen3", "vocab_size": 41, "hidden_size": 10, "intermediate_size": 13, "num_attention_heads": 6,
        "num_key_value_heads": 2, "head_dim": 14, "tie_word_embeddings": true, "rope_theta": 300.0
        """);
    CONFIGS.put(
        "mistral, short window",
        """
        "model_type": "mistral", "vocab_size": 43, "hidden_size": 12, "intermediate_size": 21, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": 6, "tie_word_embeddings": false, "rope_theta": 200.0, "sliding_window": 4
        """);
    SCALED.put(
        "llama, linear scaling",
        """
        "model_type": "llama", "vocab_size": 23, "hidden_size": 16, "intermediate_size": 15, "num_attention_heads": 2,
        "num_key_value_heads": 2, "tie_word_embeddings": true, "rope_theta": 100.0,
        "rope_scaling": {"type": "linear", "factor": 2.5}
        """);
    SCALED.put(
        "qwen2, yarn",
        """
        "model_type": "qwen2", "vocab_size": 27, "hidden_size": 24, "intermediate_size": 14, "num_attention_heads": 2,
        "num_key_value_heads": 1, "tie_word_embeddings": true, "rope_theta": 60.0,
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32, "beta_fast": 6,
          "beta_slow": 1.5}
        """);
    SCALED.put(
        "llama, yarn in the newer style",
        """
        "model_type": "llama", "vocab_size": 25, "hidden_size": 20, "intermediate_size": 11, "num_attention_heads": 2,
        "num_key_value_heads": 1, "tie_word_embeddings": true,
        "rope_parameters": {"rope_type": "yarn", "rope_theta": 90.0, "factor": 3.0,
          "original_max_position_embeddings": 40, "beta_fast": 5, "truncate": false, "mscale": 0.7, "mscale_all_dim": 1.3}
        """);
    SCALED.put(
        "llama, dynamic scaling",
        """
        "model_type": "llama", "vocab_size": 21, "hidden_size": 12, "intermediate_size": 13, "num_attention_heads": 2,
        "num_key_value_heads": 1, "tie_word_embeddings": true, "rope_theta": 70.0,
        "rope_scaling": {"type": "dynamic", "factor": 4.0}
        """);
  }

  private RandomModels() {}

  /** Writes config.json and weights in a type on disk. */
  public static Map<String, float[]> write(Path directory, String config, DType dtype, long seed)
      throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), "{" + SIZES + config + "}");
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> weights = new LinkedHashMap<>();
    SafetensorsWriter writer = new SafetensorsWriter();
    ModelConfig.read(directory)
        .expectedTensors()
        .forEach(
            (name, shape) -> {
              int size = 1;
              for (long dimension : shape) {
                size *= (int) dimension;
              }
              ByteBuffer bytes =
                  ByteBuffer.allocate(size * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
              double deviation = shape.length == 1 ? 0.3 : 0.9 / Math.sqrt(shape[1]);
              for (int i = 0; i < size; i++) {
                double mean = name.endsWith("norm.weight") ? 1 : 0;
                dtype.write((float) (mean + random.nextGaussian() * deviation), bytes);
              }
              bytes.flip();
              float[] values = new float[size];
              for (int i = 0; i < size; i++) {
                values[i] = (float) dtype.read(bytes);
              }
              weights.put(name, values);
              writer.add(name, shape, dtype, bytes.flip());
            });
    Files.write(directory.resolve("model.safetensors"), writer.toBytes());
    return weights;
  }

  /** Random floats with a deviation of 0.3. */
  public static float[] gaussian(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return values;
  }

  /** Rows of random tokens of falling length, the first shortest prefix of each not scored. */
  public static TokenBatch batch(SplittableRandom random, int vocabulary, int rows, int length) {
    List<TokenBatch.Row> all = new ArrayList<>();
    for (int b = 0; b < rows; b++) {
      int own = Math.max(3, length - 3 * b);
      byte[] targets = new byte[own];
      Arrays.fill(targets, 2, own, (byte) 1);
      all.add(new TokenBatch.Row(random.ints(own, 0, vocabulary).toArray(), targets));
    }
    return TokenBatch.of(all, length);
  }
}
