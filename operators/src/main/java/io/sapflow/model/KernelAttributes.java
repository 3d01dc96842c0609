package io.sapflow.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The attributes of the kernel's module, named as {@code kernel.py} declares them. */
final class KernelAttributes {

  private KernelAttributes() {}

  static Map<String, Object> of(
      ModelConfig config, LoraSpec lora, KernelOptions options, ComputeType stored) {
    options.check(config);
    RopeScaling scaling = config.ropeScaling();
    Map<String, Object> a = new LinkedHashMap<>();
    a.put("layers", config.layers());
    a.put("hidden", config.hiddenSize());
    a.put("heads", config.heads());
    a.put("kv_heads", config.kvHeads());
    a.put("head_dim", config.headDim());
    a.put("intermediate", config.intermediateSize());
    a.put("rms_norm_eps", config.rmsNormEps());
    a.put("rope_theta", config.ropeTheta());
    a.put("rope_scaled", scaling != null);
    a.put("rope_factor", scaling == null ? 1.0 : scaling.factor());
    a.put("rope_low", scaling == null ? 1.0 : scaling.lowFreqFactor());
    a.put("rope_high", scaling == null ? 1.0 : scaling.highFreqFactor());
    a.put("rope_positions", scaling == null ? 1.0 : (double) scaling.originalMaxPositions());
    a.put("tied_embeddings", config.tiedEmbeddings());
    a.put("qkv_bias", config.qkvBias());
    a.put("qk_norm", config.qkNorm());
    a.put("sliding_window", config.slidingWindow() == null ? 0 : config.slidingWindow());
    a.put("masked", options.layout() == RowLayout.MASKED);
    a.put("everywhere", options.layout() == RowLayout.EVERYWHERE);
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
}
