package io.sapflow.model;

import java.util.Arrays;
import java.util.Optional;

/** A linear layer that may carry LoRA, in the order in which a layout lists them. */
public enum LoraTarget {
  Q("self_attn", "q_proj"),
  K("self_attn", "k_proj"),
  V("self_attn", "v_proj"),
  O("self_attn", "o_proj"),
  GATE("mlp", "gate_proj"),
  UP("mlp", "up_proj"),
  DOWN("mlp", "down_proj");

  private final String block;
  private final String module;

  LoraTarget(String block, String module) {
    this.block = block;
    this.module = module;
  }

  /** PEFT's name in target_modules, such as q_proj. */
  public String module() {
    return module;
  }

  /** Path below a layer, such as self_attn.q_proj. */
  public String path() {
    return block + "." + module;
  }

  /** The target of a PEFT module name. */
  public static Optional<LoraTarget> ofModule(String module) {
    return Arrays.stream(values()).filter(target -> target.module.equals(module)).findFirst();
  }

  /** Width of the layer's input. */
  public int in(ModelConfig config) {
    return switch (this) {
      case Q, K, V, GATE, UP -> config.hiddenSize();
      case O -> config.queryWidth();
      case DOWN -> config.intermediateSize();
    };
  }

  /** Width of the layer's output. */
  public int out(ModelConfig config) {
    return switch (this) {
      case Q -> config.queryWidth();
      case K, V -> config.keyWidth();
      case O, DOWN -> config.hiddenSize();
      case GATE, UP -> config.intermediateSize();
    };
  }
}
