package io.sapflow.job;

import io.sapflow.job.writer.NotTheWriterException;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AvroLimits;
import java.util.function.Supplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Opens what no restart would mend: a model, tokenizer or adapter that cannot be used, a key that
 * is missing, libraries that are, or a store that another job writes, fails the job once, and for
 * good.
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
      AvroLimits.putInForce();
      return opening.get();
    } catch (LinkageError e) {
      throw new SuppressRestartsException(
          new ModelException(
              "lib/ of the TaskManager: found no usable "
                  + missing(e)
                  + ", expected what sapflow-flink-lib.zip holds, in each Flink process",
              e));
    } catch (ModelException | IllegalArgumentException | NotTheWriterException e) {
      throw new SuppressRestartsException(e);
    }
  }

  /** The class that is missing; some errors name it only in what they come of. */
  private static String missing(Throwable error) {
    Throwable at = error;
    while (at.getMessage() == null && at.getCause() != null) {
      at = at.getCause();
    }
    return at == error ? at.getMessage() : at.toString();
  }
}
