package io.sapflow.job;

import io.sapflow.adapter.StartWeights;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.ModelConfig;
import io.sapflow.tokens.ModelEncoder;
import java.nio.file.Path;

/** Opens the parts of a job's model, as its settings say. */
public final class ModelFactory {

  private ModelFactory() {}

  /** Opens the base model, or shares the one that is open in this process. */
  public static BaseModel base(JobSettings settings) {
    return base(settings, DeviceRequest.of(settings.get(ModelOptions.DEVICE)));
  }

  /** The same on a device that was chosen for a task. */
  static BaseModel base(JobSettings settings, DeviceRequest device) {
    return BaseModel.open(settings.model(), settings.computeType(), device);
  }

  /** Opens the model's tokenizer and the encoder of its chats. */
  public static ModelEncoder encoder(JobSettings settings) {
    return encoder(settings, settings.get(IngestOptions.MAX_TOKENS));
  }

  /** The same, cutting at another length, in tokens; never beyond the model's context. */
  static ModelEncoder encoder(JobSettings settings, int maxTokens) {
    return ModelEncoder.open(settings.model(), maxTokens);
  }

  /** The LoRA vector that fresh adapters start from; null for PEFT's initialisation. */
  static StartWeights start(JobSettings settings) {
    Path from = settings.startAdapter();
    return from == null ? null : new StartWeights(from, ModelConfig.read(settings.model()));
  }
}
