package io.sapflow.local.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.model.DType;
import io.sapflow.ops.models.RandomModel;
import io.sapflow.toy.ToyModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A model with the toy's tokenizer and random weights of any size: its answers hardly ever end. */
public final class RandomToyModel {

  private RandomToyModel() {}

  /**
   * Writes the model below a directory and returns its own.
   *
   * @param hidden length of a hidden state; the MLP is three times as wide
   */
  public static Path write(Path parent, int hidden, int layers) throws IOException {
    Path files = parent.resolve("random-files");
    ToyModelFiles.write(files);
    Path config = files.resolve("config.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode shape = (ObjectNode) json.readTree(config.toFile());
    shape.put("hidden_size", hidden).put("intermediate_size", 3 * hidden);
    shape.put("num_hidden_layers", layers);
    shape.put("head_dim", hidden / shape.get("num_attention_heads").intValue());
    json.writeValue(config.toFile(), shape);
    Path model = parent.resolve("random");
    RandomModel.write(config, model, DType.F32, Long.MAX_VALUE, 1);
    try (var all = Files.list(files)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Files.copy(file, model.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return model;
  }
}
