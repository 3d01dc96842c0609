package io.sapflow.model;

import java.util.Map;

/**
 * A Llama-shaped model in plain double arithmetic, written from the definition, one position at a
 * time.
 *
 * <p>LoRA on q and v; a probe vector on some layers; tied head.
 */
final class ReferenceModel {

  private final ModelConfig config;
  private final LoraLayout layout;
  private final int[] probeLayers;
  private final Map<String, float[]> base;

  ReferenceModel(
      ModelConfig config, LoraLayout layout, int[] probeLayers, Map<String, float[]> base) {
    this.config = config;
    this.layout = layout;
    this.probeLayers = probeLayers;
    this.base = base;
  }

  /** Logits [T][V] of one row of tokens. */
  double[][] logits(int[] tokens, double[] w, double[] v) {
    int hidden = config.hiddenSize();
    double[][] x = new double[tokens.length][hidden];
    for (int t = 0; t < tokens.length; t++) {
      for (int i = 0; i < hidden; i++) {
        x[t][i] = base.get("model.embed_tokens.weight")[tokens[t] * hidden + i];
      }
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      layer(x, layer, w, v);
    }
    double[][] logits = new double[tokens.length][];
    for (int t = 0; t < tokens.length; t++) {
      logits[t] =
          linear(
              norm(x[t], "model.norm.weight"),
              base.get("model.embed_tokens.weight"),
              config.vocabSize());
    }
    return logits;
  }

  private void layer(double[][] x, int layer, double[] w, double[] v) {
    String name = "model.layers." + layer + ".";
    int length = x.length;
    double[][] q = new double[length][];
    double[][] k = new double[length][];
    double[][] val = new double[length][];
    for (int t = 0; t < length; t++) {
      double[] h = norm(x[t], name + "input_layernorm.weight");
      q[t] = adapted(h, name, "q_proj", config.queryWidth(), w);
      k[t] = linear(h, base.get(name + "self_attn.k_proj.weight"), config.keyWidth());
      val[t] = adapted(h, name, "v_proj", config.keyWidth(), w);
      rotate(q[t], config.heads(), t);
      rotate(k[t], config.kvHeads(), t);
    }
    for (int t = 0; t < length; t++) {
      double[] attended = attend(q[t], k, val, t);
      add(x[t], linear(attended, base.get(name + "self_attn.o_proj.weight"), config.hiddenSize()));
    }
    for (int t = 0; t < length; t++) {
      double[] h = norm(x[t], name + "post_attention_layernorm.weight");
      double[] gate = linear(h, base.get(name + "mlp.gate_proj.weight"), config.intermediateSize());
      double[] up = linear(h, base.get(name + "mlp.up_proj.weight"), config.intermediateSize());
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x[t], linear(gate, base.get(name + "mlp.down_proj.weight"), config.hiddenSize()));
      for (int p = 0; p < probeLayers.length; p++) {
        for (int i = 0; probeLayers[p] == layer && i < x[t].length; i++) {
          x[t][i] += v[p * x[t].length + i];
        }
      }
    }
  }

  private double[] adapted(double[] h, String layer, String module, int out, double[] w) {
    double[] y = linear(h, base.get(layer + "self_attn." + module + ".weight"), out);
    LoraLayout.Slot a = slot(layer + "self_attn." + module + ".lora_A.weight");
    LoraLayout.Slot b = slot(layer + "self_attn." + module + ".lora_B.weight");
    int rank = layout.spec().rank();
    for (int r = 0; r < rank; r++) {
      double low = 0;
      for (int i = 0; i < h.length; i++) {
        low += w[a.offset() + r * h.length + i] * h[i];
      }
      for (int o = 0; o < out; o++) {
        y[o] += layout.spec().scaling() * w[b.offset() + o * rank + r] * low;
      }
    }
    return y;
  }

  private LoraLayout.Slot slot(String end) {
    return layout.slots().stream()
        .filter(s -> s.peftName().endsWith(end))
        .findFirst()
        .orElseThrow();
  }

  private double[] attend(double[] q, double[][] k, double[][] val, int t) {
    int dim = config.headDim();
    double[] out = new double[config.queryWidth()];
    for (int head = 0; head < config.heads(); head++) {
      int kv = head / (config.heads() / config.kvHeads());
      double[] weight = new double[t + 1];
      double sum = 0;
      for (int s = 0; s <= t; s++) {
        double score = 0;
        for (int i = 0; i < dim; i++) {
          score += q[head * dim + i] * k[s][kv * dim + i];
        }
        weight[s] = Math.exp(score / Math.sqrt(dim));
        sum += weight[s];
      }
      for (int s = 0; s <= t; s++) {
        for (int i = 0; i < dim; i++) {
          out[head * dim + i] += weight[s] / sum * val[s][kv * dim + i];
        }
      }
    }
    return out;
  }

  private void rotate(double[] x, int heads, int position) {
    int half = config.headDim() / 2;
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < half; i++) {
        double angle = position * Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
        int at = head * config.headDim() + i;
        double a = x[at];
        double b = x[at + half];
        x[at] = a * Math.cos(angle) - b * Math.sin(angle);
        x[at + half] = b * Math.cos(angle) + a * Math.sin(angle);
      }
    }
  }

  private double[] norm(double[] x, String weight) {
    double square = 0;
    for (double value : x) {
      square += value * value;
    }
    double scale = 1 / Math.sqrt(square / x.length + config.rmsNormEps());
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i] * scale * base.get(weight)[i];
    }
    return y;
  }

  private static double[] linear(double[] x, float[] weight, int out) {
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }

  /** Sum of the log-probabilities of a row's targets. */
  double logp(TokenBatch.Row row, double[] w, double[] v) {
    double[][] logits = logits(row.tokens(), w, v);
    double sum = 0;
    for (int t = 1; t < row.tokens().length; t++) {
      if (row.isTarget()[t] == 1) {
        double total = 0;
        for (double logit : logits[t - 1]) {
          total += Math.exp(logit);
        }
        sum += logits[t - 1][row.tokens()[t]] - Math.log(total);
      }
    }
    return sum;
  }
}
