package io.sapflow.adapter;

import io.sapflow.model.ModelConfig;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The LoRA vector that fresh adapters start from: a PEFT adapter's. It is read when it is first
 * asked for and then kept, so that who makes no fresh adapter does not need the directory.
 */
public final class StartWeights implements Supplier<float[]> {

  private final Path directory;
  private final ModelConfig base;
  private float[] weights;

  /** Of an adapter directory for the given base model. */
  public StartWeights(Path directory, ModelConfig base) {
    this.directory = directory;
    this.base = base;
  }

  /**
   * Reads them, if that has not been done.
   *
   * @throws io.sapflow.model.ModelException where the directory cannot be used with the base
   */
  public synchronized void read() {
    if (weights == null) {
      weights = PeftAdapter.read(directory, base).weights();
    }
  }

  /** All LoRA weights in the layout's order, [n]; the same array each time. */
  @Override
  public synchronized float[] get() {
    read();
    return weights;
  }
}
