package io.sapflow.pipeline.run;

import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.SapflowOptions;
import io.sapflow.schema.Message;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.ModelTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Scores adapters of a base model outside of a job. */
public final class Evaluation implements AutoCloseable {

  private static final int ROWS = 16;

  private final BaseModel base;
  private final Kernel kernel;
  private final ModelTokenizer tokenizer;
  private final ChatEncoder encoder;
  private final Tensor weights;

  /** Opens a model for adapters of one shape, in float32. */
  public Evaluation(Path model, LoraSpec lora, int maxTokens) {
    this(model, lora, maxTokens, ComputeType.FLOAT32, "auto");
  }

  /** Opens a model as a job does, so that one of the same process shares it. */
  public Evaluation(Path model, JobSettings settings) {
    this(
        model,
        checkedLora(model, settings),
        settings.get(SapflowOptions.MAX_TOKENS),
        settings.computeType(),
        settings.get(SapflowOptions.DEVICE));
  }

  private Evaluation(Path model, LoraSpec lora, int maxTokens, ComputeType type, String device) {
    tokenizer = ModelTokenizer.open(model);
    try {
      tokenizer.check(ModelConfig.read(model));
      base = BaseModel.open(model, type, device);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
    kernel = base.kernel(lora, KernelOptions.inference().in(type));
    encoder = new ChatEncoder(tokenizer, maxTokens);
    weights = kernel.weights();
  }

  /** What adapters adapt; an adapter to start from must fit the model. */
  private static LoraSpec checkedLora(Path model, JobSettings settings) {
    settings.loraStart(ModelConfig.read(model));
    return settings.lora();
  }

  /** From here on an adapter is scored. */
  public void adapter(float[] flat) {
    weights.set(flat);
  }

  /** The base model's configuration. */
  public BaseModel base() {
    return base;
  }

  /**
   * Mean loss over all targets of the conversations; those that the model cannot be told are left
   * out.
   */
  public double loss(List<List<Message>> conversations) {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (List<Message> conversation : conversations) {
      try {
        EncodedChat chat = encoder.encode(Chats.of(conversation), 0);
        rows.add(new TokenBatch.Row(chat.tokens(), chat.targets()));
      } catch (ChatException e) {
        // The job sets such an example aside and says why.
      }
    }
    double sum = 0;
    long targets = 0;
    for (int from = 0; from < rows.size(); from += ROWS) {
      TokenBatch batch = TokenBatch.of(rows.subList(from, Math.min(rows.size(), from + ROWS)));
      try (KernelPass pass = kernel.pass()) {
        for (float row : pass.score(pass.load(batch), weights).toFloats()) {
          sum -= row;
        }
      }
      targets += batch.targetCount();
    }
    return sum / targets;
  }

  /** Greedy answers to prompts. */
  public List<String> answers(List<List<Message>> prompts, int mostTokens) {
    List<String> answers = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += ROWS) {
      List<int[]> tokens = new ArrayList<>();
      for (List<Message> prompt : prompts.subList(from, Math.min(prompts.size(), from + ROWS))) {
        try {
          tokens.add(encoder.encodePrompt(Chats.of(prompt), 0).tokens());
        } catch (ChatException e) {
          throw new IllegalArgumentException(
              "a prompt cannot be told to the model: " + e.getMessage(), e);
        }
      }
      try (KernelPass pass = kernel.pass()) {
        pass.generate(tokens, mostTokens, weights)
            .forEach(answer -> answers.add(tokenizer.decode(answer, true)));
      }
    }
    return answers;
  }

  @Override
  public void close() {
    weights.close();
    tokenizer.close();
    kernel.close();
    base.close();
  }
}
