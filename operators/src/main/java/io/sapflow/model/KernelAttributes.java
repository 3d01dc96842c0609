package io.sapflow.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The attributes of the kernel's module, named as {@code kernel.py} declares them. */
final class KernelAttributes {

  private KernelAttributes() {}

  static Map<String, Object> of(
      ModelConfig config, LoraSpec lora, KernelOptions options, ComputeType stored) {
    options.check(config);
    Map<String, Object> a = new LinkedHashMap<>();
    a.put("layers", config.layers());
    a.put("hidden", config.hiddenSize());
    a.put("heads", config.heads());
    a.put("kv_heads", config.kvHeads());
    a.put("head_dim", config.headDim());
    a.put("intermediate", config.intermediateSize());
    a.put("rms_norm_eps", config.rmsNormEps());
    a.put("rope_theta", config.ropeTheta());
    putRope(a, config);
    a.put("tied_embeddings", config.tiedEmbeddings());
    a.put("qkv_bias", config.qkvBias());
    a.put("qk_norm", config.qkNorm());
    a.put("sliding_window", config.slidingWindow() == null ? 0 : config.slidingWindow());
    a.put("masked", options.layout() == RowLayout.MASKED);
    a.put("everywhere", options.layout() == RowLayout.EVERYWHERE);
    a.put("checkpointed", options.memory().checkpointed());
    a.put("compute", options.compute().torchCode());
    a.put("precise", options.passes().torchCode());
    a.put("stored", stored.torchCode());
    a.put("lora_rank", lora.rank());
    a.put("lora_scale", lora.scaling());
    a.put("lora_targets", lora.targets().stream().mapToInt(Enum::ordinal).toArray());
    a.put("hidden_probe_layers", options.hiddenProbeLayers());
    a.put("hidden_probe_relative", options.hiddenProbeRelative());
    a.put("temperature", options.temperature());
    return a;
  }

  /**
   * The kernel knows three ways to scale: 1 llama3, 2 linear, 3 yarn. Dynamic scaling does nothing
   * up to the model's context, beyond which {@link KernelPass} refuses a text.
   */
  private static void putRope(Map<String, Object> a, ModelConfig config) {
    RopeScaling scaling =
        config.ropeScaling() == null || config.ropeScaling().type() == RopeScaling.Type.DYNAMIC
            ? RopeScaling.plain(RopeScaling.Type.DYNAMIC, 1, 1)
            : config.ropeScaling();
    double low = scaling.lowFreqFactor();
    double high = scaling.highFreqFactor();
    int way = 0;
    switch (scaling.type()) {
      case LLAMA3 -> way = 1;
      case LINEAR -> way = 2;
      case YARN -> {
        way = 3;
        double[] band = scaling.band(config.headDim(), config.ropeTheta());
        low = band[0];
        high = band[1];
      }
      case DYNAMIC -> way = 0;
    }
    a.put("rope_scaling", way);
    a.put("rope_factor", scaling.factor());
    a.put("rope_low", low);
    a.put("rope_high", high);
    a.put("rope_positions", (double) scaling.originalMaxPositions());
    a.put("rope_attention", scaling.attentionFactor());
  }
}
