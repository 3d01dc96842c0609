package io.sapflow.model;

import java.util.Arrays;
import java.util.Map;

/**
 * A model of any family in plain double arithmetic, written from the definition, one position at a
 * time: LoRA on any target, a probe vector on some layers, a window, biases, norms of q and k, and
 * scaled rotations where the configuration says so.
 */
final class ReferenceModel {

  private final ModelConfig config;
  private final LoraLayout layout;
  private final int[] hiddenProbeLayers;
  private final Map<String, float[]> base;

  ReferenceModel(
      ModelConfig config, LoraLayout layout, int[] hiddenProbeLayers, Map<String, float[]> base) {
    this.config = config;
    this.layout = layout;
    this.hiddenProbeLayers = hiddenProbeLayers;
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
              base.get(config.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight"),
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
      q[t] = adapted(h, name, LoraTarget.Q, w);
      k[t] = adapted(h, name, LoraTarget.K, w);
      val[t] = adapted(h, name, LoraTarget.V, w);
      if (config.qkNorm()) {
        normHeads(q[t], name + "self_attn.q_norm.weight");
        normHeads(k[t], name + "self_attn.k_norm.weight");
      }
      rotate(q[t], config.heads(), t);
      rotate(k[t], config.kvHeads(), t);
    }
    for (int t = 0; t < length; t++) {
      double[] attended = attend(q[t], k, val, t);
      add(x[t], adapted(attended, name, LoraTarget.O, w));
    }
    for (int t = 0; t < length; t++) {
      double[] h = norm(x[t], name + "post_attention_layernorm.weight");
      double[] gate = adapted(h, name, LoraTarget.GATE, w);
      double[] up = adapted(h, name, LoraTarget.UP, w);
      for (int i = 0; i < gate.length; i++) {
        gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      }
      add(x[t], adapted(gate, name, LoraTarget.DOWN, w));
      for (int p = 0; p < hiddenProbeLayers.length; p++) {
        for (int i = 0; hiddenProbeLayers[p] == layer && i < x[t].length; i++) {
          x[t][i] += v[p * x[t].length + i];
        }
      }
    }
  }

  private double[] adapted(double[] h, String layer, LoraTarget target, double[] w) {
    int out = target.out(config);
    double[] y = linear(h, base.get(layer + target.path() + ".weight"), out);
    float[] bias = base.get(layer + target.path() + ".bias");
    for (int o = 0; bias != null && o < out; o++) {
      y[o] += bias[o];
    }
    if (!layout.spec().targets().contains(target)) {
      return y;
    }
    LoraLayout.Slot a = slot(layer + target.path() + ".lora_A.weight");
    LoraLayout.Slot b = slot(layer + target.path() + ".lora_B.weight");
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
        .filter(s -> s.peftName().endsWith("." + end))
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
      int first = config.slidingWindow() == null ? 0 : Math.max(0, t + 1 - config.slidingWindow());
      for (int s = first; s <= t; s++) {
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
    double sharp = config.ropeScaling() == null ? 1 : config.ropeScaling().attentionFactor();
    int half = config.headDim() / 2;
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequency(i);
        int at = head * config.headDim() + i;
        double a = x[at];
        double b = x[at + half];
        x[at] = sharp * (a * Math.cos(angle) - b * Math.sin(angle));
        x[at + half] = sharp * (b * Math.cos(angle) + a * Math.sin(angle));
      }
    }
  }

  private double frequency(int i) {
    return frequency(config, i);
  }

  /** What position 1 turns the pair of dimension i by, in radians. */
  static double frequency(ModelConfig config, int i) {
    double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
    RopeScaling scaling = config.ropeScaling();
    if (scaling == null) {
      return frequency;
    }
    double kept =
        switch (scaling.type()) {
          case DYNAMIC -> 1; // within the context
          case LINEAR -> 0;
          case LLAMA3 -> {
            double turns = scaling.originalMaxPositions() * frequency / (2 * Math.PI);
            double band = scaling.highFreqFactor() - scaling.lowFreqFactor();
            yield (turns - scaling.lowFreqFactor()) / band;
          }
          case YARN -> {
            double first = pair(config, scaling.highFreqFactor());
            double last = pair(config, scaling.lowFreqFactor());
            first = Math.max(0, scaling.truncate() ? Math.floor(first) : first);
            last = Math.min(config.headDim() - 1, scaling.truncate() ? Math.ceil(last) : last);
            yield 1 - (i - first) / (first == last ? 0.001 : last - first);
          }
        };
    kept = Math.max(0, Math.min(1, kept));
    return (1 - kept) * frequency / scaling.factor() + kept * frequency;
  }

  /** The pair of dimensions that makes so many turns within the original context: not whole. */
  private static double pair(ModelConfig config, double turns) {
    double wavelength = config.ropeScaling().originalMaxPositions() / turns;
    return config.headDim()
        * Math.log(wavelength / (2 * Math.PI))
        / Math.log(config.ropeTheta())
        / 2;
  }

  private void normHeads(double[] x, String weight) {
    int dim = config.headDim();
    for (int at = 0; at < x.length; at += dim) {
      System.arraycopy(norm(Arrays.copyOfRange(x, at, at + dim), weight), 0, x, at, dim);
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
