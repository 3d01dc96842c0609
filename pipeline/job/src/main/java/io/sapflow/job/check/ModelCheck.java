package io.sapflow.job.check;

import io.sapflow.job.Preflight;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.MemoryForecast;
import io.sapflow.model.ModelConfig;
import java.nio.file.Path;

/** Whether the model's sizes and weights, and the adapter to start from, can be read. */
record ModelCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a model in Hugging Face layout (" + ModelOptions.PATH.key() + ")";

  @Override
  public String name() {
    return "model";
  }

  @Override
  public boolean readsAll() {
    return true;
  }

  @Override
  public Finding look() {
    Path directory = subject.settings().model();
    if (!subject.hasModel()) {
      Finding none = Finding.fault(directory + ", which is not on this machine", EXPECTED);
      return subject.purpose().elsewhere() ? none.asWarning() : none;
    }
    try {
      Preflight.model(subject.settings());
    } catch (RuntimeException e) {
      return Finding.told(e, EXPECTED);
    }
    ModelConfig config = ModelConfig.read(directory);
    return Finding.ok(
        String.format(
            "%s: %s, %d layers, %,d parameters",
            directory, config.modelType(), config.layers(), MemoryForecast.parameters(config)),
        EXPECTED);
  }
}
