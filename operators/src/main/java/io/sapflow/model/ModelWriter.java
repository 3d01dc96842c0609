package io.sapflow.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes weights in the Hugging Face layout: {@code model.safetensors}, or, where they exceed one
 * shard, {@code model-00001-of-0000N.safetensors} with {@code model.safetensors.index.json}.
 *
 * <p>Tensors are dealt to shards in the order in which they are added, and made while they are
 * written.
 */
public final class ModelWriter {
  private static final int BUFFER = 1 << 20;

  /** A tensor to write. */
  private record Part(String name, long[] shape, DType dtype, SafetensorsWriter.Content content) {
    long bytes() {
      long bytes = dtype.bytes();
      for (long dimension : shape) {
        bytes *= dimension;
      }
      return bytes;
    }
  }

  private final long shardBytes;
  private final List<Part> parts = new ArrayList<>();

  /**
   * A writer.
   *
   * @param shardBytes the most bytes of a shard; a tensor that is larger gets a shard of its own
   */
  public ModelWriter(long shardBytes) {
    if (shardBytes < 1) {
      throw new IllegalArgumentException(
          "shards of " + shardBytes + " bytes; at least 1 would be right");
    }
    this.shardBytes = shardBytes;
  }

  /** Adds a tensor. */
  public void add(String name, long[] shape, DType dtype, SafetensorsWriter.Content content) {
    parts.add(new Part(name, shape.clone(), dtype, content));
  }

  /** Writes the files into a directory that exists. */
  public void write(Path directory) throws IOException {
    List<List<Part>> shards = shards();
    if (shards.size() == 1) {
      write(directory.resolve(ModelFiles.SINGLE), shards.get(0));
      return;
    }
    ObjectNode index = new JsonMapper().createObjectNode();
    index.putObject("metadata").put("total_size", parts.stream().mapToLong(Part::bytes).sum());
    ObjectNode places = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      String name = String.format("model-%05d-of-%05d.safetensors", i + 1, shards.size());
      shards.get(i).forEach(part -> places.put(part.name, name));
      write(directory.resolve(name), shards.get(i));
    }
    Files.writeString(directory.resolve(ModelFiles.INDEX), index.toPrettyString() + "\n");
  }

  private List<List<Part>> shards() {
    List<List<Part>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long used = 0;
    for (Part part : parts) {
      if (used > 0 && used + part.bytes() > shardBytes) {
        shards.add(new ArrayList<>());
        used = 0;
      }
      shards.get(shards.size() - 1).add(part);
      used += part.bytes();
    }
    return shards;
  }

  private static void write(Path file, List<Part> shard) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    shard.forEach(part -> writer.add(part.name, part.shape, part.dtype, part.content));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      writer.writeTo(out);
    }
  }
}
