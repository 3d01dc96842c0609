package io.sapflow.tokens;

import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.RopeScaling;
import io.sapflow.schema.QuarantineReason;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * The tokenizer of a model directory, checked against the model, and the encoder of its chats.
 *
 * @param config of the model
 * @param tokenizer closed with this
 * @param encoder cuts what is longer than the setting or the model's context
 */
public record ModelEncoder(ModelConfig config, ModelTokenizer tokenizer, ChatEncoder encoder)
    implements AutoCloseable {

  /** Opens one on a TaskManager. */
  public interface Source extends Serializable {
    /** Opens it; the caller closes it. */
    ModelEncoder open();
  }

  /**
   * Opens the tokenizer of a directory.
   *
   * @param maxLength the setting {@code sapflow.tokens.max-length}, in tokens, at least 2
   * @throws ModelException naming the file at fault, what was found and what would be right
   */
  public static ModelEncoder open(Path directory, int maxLength) {
    ModelConfig config = ModelConfig.read(directory);
    ModelTokenizer tokenizer = ModelTokenizer.open(directory);
    try {
      tokenizer.check(config);
      return new ModelEncoder(config, tokenizer, encoder(config, tokenizer, maxLength));
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /** The same tokenizer's encoder for another length, in tokens, at least 2. */
  public ChatEncoder encoder(int maxLength) {
    return encoder(config, tokenizer, maxLength);
  }

  /**
   * Checks that a prompt can be answered: TOO_LONG where the model's frequencies would change with
   * the length before the longest answer is over.
   *
   * @param answerTokens the longest answer
   */
  public void checkPrompt(Chat prompt, int answerTokens) throws ChatException {
    int length = encoder.encodePrompt(prompt, 0).tokens().length;
    int most = config.maxPositions() - answerTokens;
    boolean bounded =
        config.ropeScaling() != null && config.ropeScaling().type() == RopeScaling.Type.DYNAMIC;
    if (bounded && length > most) {
      throw new ChatException(
          QuarantineReason.TOO_LONG,
          "the prompt has "
              + length
              + " tokens; at most "
              + Math.max(0, most)
              + ", max_position_embeddings less sapflow.probe.answer-tokens, would be right for"
              + " rope_scaling of type dynamic");
    }
  }

  private static ChatEncoder encoder(ModelConfig config, ModelTokenizer tokenizer, int maxLength) {
    return new ChatEncoder(tokenizer, Math.min(maxLength, config.maxPositions()));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
