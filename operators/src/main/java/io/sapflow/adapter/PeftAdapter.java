package io.sapflow.adapter;

import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A LoRA adapter in PEFT's directory format: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * @param layout what is adapted, and where its tensors lie in the weights
 * @param baseModel PEFT's base_model_name_or_path, may be null
 * @param weights all LoRA weights, in the layout's order
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, not compared
public record PeftAdapter(LoraLayout layout, String baseModel, float[] weights) {
  /** Name of the configuration file. */
  public static final String CONFIG = "adapter_config.json";

  /** Name of the weight file. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  public PeftAdapter {
    if (weights.length != layout.size()) {
      throw new IllegalArgumentException(
          "the adapter has " + weights.length + " weights; " + layout.size() + " would be right");
    }
  }

  /**
   * Reads an adapter directory for the given base model; a {@link ModelException} where the adapter
   * belongs to another base or uses what this program does not compute.
   */
  public static PeftAdapter read(Path directory, ModelConfig base) {
    PeftConfig config = PeftConfig.read(directory.resolve(CONFIG), base);
    LoraLayout layout = new LoraLayout(base, config.spec());
    Path weights = directory.resolve(WEIGHTS);
    if (!Files.exists(weights)) {
      throw new ModelException(
          directory + ": " + WEIGHTS + " is missing; only safetensors is read");
    }
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      return new PeftAdapter(layout, config.baseModel(), layout.read(file));
    }
  }

  /** What the adapter of a directory adapts of a base, as its configuration says. */
  public static LoraSpec spec(Path directory, ModelConfig base) {
    return PeftConfig.read(directory.resolve(CONFIG), base).spec();
  }

  /** Writes the directory, which is made if need be; equal adapters give equal bytes. */
  public void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve(CONFIG), config());
    try (OutputStream out = Files.newOutputStream(directory.resolve(WEIGHTS))) {
      weightFile().writeTo(out);
    }
  }

  /** The bytes of adapter_config.json. */
  public byte[] config() {
    return new PeftConfig(layout.spec(), baseModel).toBytes();
  }

  /** The content of adapter_model.safetensors. */
  public SafetensorsWriter weightFile() {
    return layout.addTo(new SafetensorsWriter().metadata("format", "pt"), weights);
  }

  /** What is adapted, and how strongly. */
  public LoraSpec spec() {
    return layout.spec();
  }
}
