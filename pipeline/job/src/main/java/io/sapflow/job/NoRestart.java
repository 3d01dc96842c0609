package io.sapflow.job;

import io.sapflow.job.writer.NotTheWriterException;
import io.sapflow.model.ModelException;
import java.util.function.Supplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Opens what no restart would mend: a model, tokenizer or adapter that cannot be used, a key that
 * is missing, or a store that another job writes, fails the job once, and for good.
 */
final class NoRestart {

  private NoRestart() {}

  /**
   * Opens it.
   *
   * @throws SuppressRestartsException caused by the {@link ModelException}, {@link
   *     IllegalArgumentException} or {@link NotTheWriterException} that says what is wrong
   */
  static <T> T open(Supplier<T> opening) {
    try {
      return opening.get();
    } catch (ModelException | IllegalArgumentException | NotTheWriterException e) {
      throw new SuppressRestartsException(e);
    }
  }
}
