package io.sapflow.probe;

import io.sapflow.model.Generated;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.schema.Message;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.ModelTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * A model under an adapter, without a probe vector: what it answers, and how likely it finds given
 * answers. It holds the adapter's weights; kernel and tokenizer stay their owner's. Not
 * thread-safe.
 */
public final class ProbeModel implements AutoCloseable {

  private final Kernel kernel;
  private final ModelTokenizer tokenizer;
  private final ChatEncoder encoder;
  private final ProbeBatch batch;
  private final Tensor weights;

  /** A model without an adapter: its LoRA tensors are zero. */
  public ProbeModel(
      Kernel kernel, ModelTokenizer tokenizer, ChatEncoder encoder, ProbeBatch batch) {
    this.kernel = kernel;
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.batch = batch;
    this.weights = kernel.weights();
  }

  /**
   * From here on the model is under an adapter.
   *
   * @param flat all LoRA weights in the kernel's layout
   */
  public void adapter(float[] flat) {
    weights.set(flat);
  }

  /**
   * Greedy answers.
   *
   * @param mostTokens the longest answer
   * @throws ChatException if a prompt cannot be told to the model
   */
  public List<Answer> answers(List<List<Message>> prompts, int mostTokens) throws ChatException {
    List<Answer> answers = new ArrayList<>();
    int rows = batch.prompts();
    for (int from = 0; from < prompts.size(); from += rows) {
      List<int[]> tokens = new ArrayList<>();
      for (List<Message> prompt : prompts.subList(from, Math.min(prompts.size(), from + rows))) {
        // No clock: a template that prints the date prints the same one in every probe.
        tokens.add(encoder.encodePrompt(Chats.of(prompt), 0).tokens());
      }
      try (KernelPass pass = pass()) {
        List<Generated> generated =
            pass.generate(tokens, mostTokens, tokenizer.endIds(), batch.leaving(), weights);
        for (int i = 0; i < generated.size(); i++) {
          answers.add(answer(tokens.get(i).length, generated.get(i)));
        }
      }
    }
    return answers;
  }

  private Answer answer(int promptTokens, Generated generated) {
    int tokens = generated.tokens().length + (generated.ended() ? 1 : 0);
    return new Answer(
        tokenizer.decode(generated.tokens(), true), generated.ended(), promptTokens, tokens);
  }

  /** Sum of the log-probabilities of each row's targets. */
  public double[] logp(List<TokenBatch.Row> all) {
    double[] sums = new double[all.size()];
    int rows = batch.scored();
    for (int from = 0; from < all.size(); from += rows) {
      TokenBatch scored = TokenBatch.of(all.subList(from, Math.min(all.size(), from + rows)));
      try (KernelPass pass = pass()) {
        double[] part = pass.score(pass.load(scored), weights).toDoubles();
        System.arraycopy(part, 0, sums, from, part.length);
      }
    }
    return sums;
  }

  /** Between two batches a probe can be given up. */
  private KernelPass pass() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the probe was given up");
    }
    return kernel.pass();
  }

  @Override
  public void close() {
    weights.close();
  }
}
