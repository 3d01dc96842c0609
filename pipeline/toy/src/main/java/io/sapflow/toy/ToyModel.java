package io.sapflow.toy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The shipped toy model as a directory. */
public final class ToyModel {

  /** What {@code --model} calls it. */
  public static final String NAME = "toy";

  private static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "special_tokens_map.json",
          "tokenizer.json",
          "tokenizer_config.json");

  private ToyModel() {}

  /** Writes the model below a directory and returns its own. */
  public static Path unpack(Path parent) {
    Path directory = parent.resolve(NAME);
    try {
      Files.createDirectories(directory);
      for (String file : FILES) {
        try (InputStream in = ToyModel.class.getResourceAsStream("/toy-model/" + file)) {
          Files.copy(in, directory.resolve(file));
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
