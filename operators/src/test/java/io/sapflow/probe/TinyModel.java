package io.sapflow.probe;

import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.RandomModels;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ModelTokenizer;
import io.sapflow.train.ChatPairEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A small model with random weights and a tokenizer of bytes: what it answers means nothing. */
final class TinyModel implements ProbeResources.Opened {

  private static final Path TOKENIZER = Path.of("src/test/resources/tokenizer");
  private static final String CONFIG =
      """
      "model_type": "llama", "vocab_size": 264, "hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2,
      "num_key_value_heads": 1, "tie_word_embeddings": true, "rope_theta": 100.0
      """;

  private final BaseModel base;
  private final Kernel kernel;
  private final ModelTokenizer tokenizer;
  private final ProbeModel model;
  private final Prober prober;

  /**
   * Opens one.
   *
   * @param before runs before each probe
   */
  TinyModel(Path directory, List<Judge> judges, PromptRotation rotation, Runnable before)
      throws IOException {
    RandomModels.write(directory, CONFIG, DType.F32, 7);
    for (String name :
        List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")) {
      Files.write(directory.resolve(name), Files.readAllBytes(TOKENIZER.resolve(name)));
    }
    base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
    kernel =
        base.kernel(
            new LoraSpec(2, 4, false, Set.of(LoraTarget.Q)),
            KernelOptions.inference().in(ComputeType.FLOAT32));
    tokenizer = ModelTokenizer.open(directory);
    ChatEncoder encoder = new ChatEncoder(tokenizer, 200);
    model = new ProbeModel(kernel, tokenizer, encoder, ProbeBatch.of(4));
    prober =
        new Prober(
            model,
            new ChatPairEncoder(encoder),
            version -> {
              before.run();
              return new float[kernel.layout().size()];
            },
            judges,
            rotation,
            4,
            0);
  }

  @Override
  public Prober prober() {
    return prober;
  }

  @Override
  public void close() {
    model.close();
    kernel.close();
    base.close();
    tokenizer.close();
  }
}
