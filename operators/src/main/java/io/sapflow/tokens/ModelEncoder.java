package io.sapflow.tokens;

import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
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

  private static ChatEncoder encoder(ModelConfig config, ModelTokenizer tokenizer, int maxLength) {
    return new ChatEncoder(tokenizer, Math.min(maxLength, config.maxPositions()));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
