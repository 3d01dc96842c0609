package io.sapflow.adapter;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.JsonFile;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * PEFT's adapter_config.json. Written are the fields that every PEFT since 0.7 knows; absent ones
 * take PEFT's defaults.
 *
 * @param baseModel base_model_name_or_path, may be null
 */
record PeftConfig(LoraSpec spec, String baseModel) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Keys that change what an adapter computes, or that add tensors, and must be unused. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "use_dora",
          "use_qalora",
          "alora_invocation_tokens",
          "lora_bias",
          "fan_in_fan_out",
          "modules_to_save",
          "layer_replication",
          "exclude_modules",
          "trainable_token_indices",
          "target_parameters");

  /** Initialisations that leave the base model as it is; others subtract the adapter from it. */
  private static final Set<String> PLAIN_INITIALISATIONS =
      Set.of("true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\"");

  /**
   * Reads one.
   *
   * @param base the model whose modules it names
   */
  static PeftConfig read(Path path, ModelConfig base) {
    JsonFile json = JsonFile.read(path);
    if (!json.text("peft_type").equals("LORA")) {
      throw json.wrong("peft_type", "LORA");
    }
    if (!json.text("bias", "none").equals("none")) {
      throw json.wrong("bias", "none");
    }
    for (String key : UNSUPPORTED) {
      if (!json.isEmpty(key)) {
        throw json.wrong(key, "an adapter without it");
      }
    }
    if (json.has("init_lora_weights")
        && !PLAIN_INITIALISATIONS.contains(json.literal("init_lora_weights"))) {
      throw json.wrong("init_lora_weights", "an adapter that leaves the base weights as they are");
    }
    PeftModules modules = PeftModules.of(json, base);
    LoraSpec spec =
        new LoraSpec(
            modules.rank(), modules.alpha(), json.flag("use_rslora", false), modules.targets());
    return new PeftConfig(spec, json.text("base_model_name_or_path", null));
  }

  /** Indented JSON with sorted keys, ending in a newline. */
  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.putObject("alpha_pattern");
    json.putNull("auto_mapping");
    json.put("base_model_name_or_path", baseModel);
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putNull("layers_pattern");
    json.putNull("layers_to_transform");
    if (spec.alpha() == Math.rint(spec.alpha()) && spec.alpha() <= Integer.MAX_VALUE) {
      json.put("lora_alpha", (int) spec.alpha());
    } else {
      json.put("lora_alpha", spec.alpha());
    }
    json.put("lora_dropout", 0.0);
    json.putNull("modules_to_save");
    json.put("peft_type", "LORA");
    json.put("r", spec.rank());
    json.putObject("rank_pattern");
    json.putNull("revision");
    ArrayNode modules = json.putArray("target_modules");
    spec.targets().stream().map(LoraTarget::module).forEach(modules::add);
    json.put("task_type", "CAUSAL_LM");
    json.put("use_dora", false);
    json.put("use_rslora", spec.rsLora());
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
