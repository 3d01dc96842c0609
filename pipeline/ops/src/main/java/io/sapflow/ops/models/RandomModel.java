package io.sapflow.ops.models;

import io.sapflow.model.DType;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelWriter;
import io.sapflow.model.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Random weights for a config.json: a model of real size to try memory and speed with, that knows
 * nothing.
 *
 * <p>Norms are one; everything else is uniform with a standard deviation of one by the root of its
 * last dimension. Equal seeds give equal bytes.
 */
public final class RandomModel {

  private static final int CHUNK = 1 << 16; // values

  private RandomModel() {}

  /**
   * Writes a model directory: config.json and weights, but no tokenizer. A failure leaves nothing.
   *
   * @param config the config.json to copy
   * @param directory a new or empty directory
   * @param dtype F32, F16 or BF16
   * @param shardBytes the most bytes of one file
   */
  public static void write(Path config, Path directory, DType dtype, long shardBytes, long seed)
      throws IOException {
    ModelWriter writer = new ModelWriter(shardBytes);
    SplittableRandom seeds = new SplittableRandom(seed);
    ModelConfig.readFile(config)
        .expectedTensors()
        .forEach(
            (name, shape) ->
                writer.add(name, shape, dtype, values(name, shape, dtype, seeds.nextLong())));
    WholeDirectory.write(
        directory,
        made -> {
          Files.copy(config, made.resolve("config.json"));
          writer.write(made);
        });
  }

  private static SafetensorsWriter.Content values(
      String name, long[] shape, DType dtype, long seed) {
    return out -> {
      SplittableRandom random = new SplittableRandom(seed);
      boolean norm = name.endsWith("norm.weight");
      double halfWidth = Math.sqrt(3.0 / shape[shape.length - 1]);
      long left = 1;
      for (long dimension : shape) {
        left *= dimension;
      }
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      while (left > 0) {
        chunk.clear();
        for (long i = Math.min(left, CHUNK); i > 0; i--, left--) {
          float value = norm ? 1 : (float) ((2 * random.nextDouble() - 1) * halfWidth);
          dtype.write(value, chunk);
        }
        write(chunk.flip(), out);
      }
    };
  }

  private static void write(ByteBuffer chunk, OutputStream out) throws IOException {
    out.write(chunk.array(), 0, chunk.limit());
  }
}
