package io.sapflow.lab.bench;

import io.sapflow.model.DType;
import io.sapflow.ops.models.RandomModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The model that is measured where none is named: a small Llama of random weights. */
public final class BenchModel {

  /** What {@code --model} calls it. */
  public static final String NAME = "random";

  private static final String CONFIG = "/bench/config.json";

  private BenchModel() {}

  /** Its config.json. */
  public static InputStream config() {
    return BenchModel.class.getResourceAsStream(CONFIG);
  }

  /** Writes the model below a directory and returns its own. */
  public static Path write(Path parent, long seed) throws IOException {
    Path config = parent.resolve("bench-config.json");
    try (InputStream in = config()) {
      Files.copy(in, config);
    }
    Path directory = parent.resolve(NAME);
    RandomModel.write(config, directory, DType.F32, Long.MAX_VALUE, seed);
    return directory;
  }
}
