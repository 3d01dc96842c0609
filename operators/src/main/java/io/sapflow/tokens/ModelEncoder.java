package io.sapflow.tokens;

import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * The tokenizer of a model directory, checked against the model, and the encoder of its chats.
 *
 * @param tokenizer closed with this
 * @param encoder cuts what is longer than the setting or the model's context
 */
public record ModelEncoder(ModelTokenizer tokenizer, ChatEncoder encoder) implements AutoCloseable {

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
      return new ModelEncoder(
          tokenizer, new ChatEncoder(tokenizer, Math.min(maxLength, config.maxPositions())));
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
