package io.sapflow.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Llama in plain double arithmetic, with a reader of its own: it shares no line with what it is
 * held against. Tied head, plain rotations, F32 in one file. Token by token, with a cache.
 */
final class OwnLlama {

  /** A greedy continuation. */
  record Told(List<Integer> tokens, List<Double> leads) {}

  private final JsonNode config;
  private final Map<String, double[]> weights;
  private final int hidden;
  private final int heads;
  private final int keyHeads;
  private final List<double[][]> keys = new ArrayList<>();

  private OwnLlama(JsonNode config, Map<String, double[]> weights) {
    this.config = config;
    this.weights = weights;
    this.hidden = config.get("hidden_size").intValue();
    this.heads = config.get("num_attention_heads").intValue();
    this.keyHeads = config.get("num_key_value_heads").intValue();
  }

  static OwnLlama read(Path directory) throws IOException {
    return new OwnLlama(
        new ObjectMapper().readTree(directory.resolve("config.json").toFile()),
        tensors(directory.resolve("model.safetensors")));
  }

  /** All tensors of a file of F32. */
  static Map<String, double[]> tensors(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong(0);
    byte[] header = new byte[length];
    bytes.get(8, header);
    Map<String, double[]> tensors = new LinkedHashMap<>();
    Iterator<Map.Entry<String, JsonNode>> entries = new ObjectMapper().readTree(header).fields();
    while (entries.hasNext()) {
      Map.Entry<String, JsonNode> entry = entries.next();
      if (entry.getValue().has("data_offsets")) {
        int from = entry.getValue().get("data_offsets").get(0).intValue();
        int to = entry.getValue().get("data_offsets").get(1).intValue();
        double[] values = new double[(to - from) / Float.BYTES];
        for (int i = 0; i < values.length; i++) {
          values[i] = bytes.getFloat(8 + length + from + i * Float.BYTES);
        }
        tensors.put(entry.getKey(), values);
      }
    }
    return tensors;
  }

  /** The tensors, to be changed in place. */
  Map<String, double[]> weights() {
    return weights;
  }

  /** The likeliest tokens after some, and by how much each led the next likeliest. */
  Told tell(int[] prompt, int count) {
    keys.clear();
    double[] logits = null;
    for (int token : prompt) {
      logits = next(token);
    }
    Told told = new Told(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < count; i++) {
      int best = 0;
      for (int token = 1; token < logits.length; token++) {
        best = logits[token] > logits[best] ? token : best;
      }
      double second = Double.NEGATIVE_INFINITY;
      for (int token = 0; token < logits.length; token++) {
        second = token == best ? second : Math.max(second, logits[token]);
      }
      told.tokens().add(best);
      told.leads().add(logits[best] - second);
      logits = next(best);
    }
    return told;
  }

  /** Logits after one more token. */
  private double[] next(int token) {
    int layers = config.get("num_hidden_layers").intValue();
    int position = keys.size();
    keys.add(new double[2 * layers][]);
    double[] embedding = weights.get("model.embed_tokens.weight");
    double[] x = new double[hidden];
    System.arraycopy(embedding, token * hidden, x, 0, hidden);
    for (int layer = 0; layer < layers; layer++) {
      String name = "model.layers." + layer + ".";
      double[] h = norm(x, name + "input_layernorm.weight");
      double[] q = turned(times(name + "self_attn.q_proj.weight", h), heads, position);
      keys.get(position)[2 * layer] =
          turned(times(name + "self_attn.k_proj.weight", h), keyHeads, position);
      keys.get(position)[2 * layer + 1] = times(name + "self_attn.v_proj.weight", h);
      add(x, times(name + "self_attn.o_proj.weight", attended(q, layer)));
      h = norm(x, name + "post_attention_layernorm.weight");
      double[] gate = times(name + "mlp.gate_proj.weight", h);
      double[] up = times(name + "mlp.up_proj.weight", h);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x, times(name + "mlp.down_proj.weight", gate));
    }
    return times("model.embed_tokens.weight", norm(x, "model.norm.weight"));
  }

  private double[] attended(double[] q, int layer) {
    int size = hidden / heads;
    double[] out = new double[hidden];
    for (int head = 0; head < heads; head++) {
      int key = head * keyHeads / heads * size;
      double[] share = new double[keys.size()];
      double sum = 0;
      for (int at = 0; at < share.length; at++) {
        double score = 0;
        for (int i = 0; i < size; i++) {
          score += q[head * size + i] * keys.get(at)[2 * layer][key + i];
        }
        share[at] = Math.exp(score / Math.sqrt(size));
        sum += share[at];
      }
      for (int at = 0; at < share.length; at++) {
        for (int i = 0; i < size; i++) {
          out[head * size + i] += share[at] / sum * keys.get(at)[2 * layer + 1][key + i];
        }
      }
    }
    return out;
  }

  private double[] turned(double[] x, int count, int position) {
    int size = x.length / count;
    double theta = config.get("rope_theta").doubleValue();
    for (int head = 0; head < count; head++) {
      for (int i = 0; i < size / 2; i++) {
        double angle = position / Math.pow(theta, 2.0 * i / size);
        int at = head * size + i;
        double a = x[at];
        double b = x[at + size / 2];
        x[at] = a * Math.cos(angle) - b * Math.sin(angle);
        x[at + size / 2] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
    return x;
  }

  private double[] norm(double[] x, String weight) {
    double squares = config.get("rms_norm_eps").doubleValue() * x.length;
    for (double value : x) {
      squares += value * value;
    }
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i] / Math.sqrt(squares / x.length) * weights.get(weight)[i];
    }
    return y;
  }

  private double[] times(String matrix, double[] x) {
    double[] weight = weights.get(matrix);
    double[] y = new double[weight.length / x.length];
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; i < x.length; i++) {
        y[row] += weight[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
