package io.sapflow.model;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The open weights of a Hugging Face model directory: one {@code model.safetensors}, or shards
 * named by {@code model.safetensors.index.json}. Where both are there the single file counts, as in
 * the transformers library.
 */
public final class ModelFiles implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Path directory;
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final SortedMap<String, SafetensorsFile> byName = new TreeMap<>();
  private final SortedSet<String> names;

  private ModelFiles(Path directory) {
    this.directory = directory;
    try {
      if (Files.exists(directory.resolve(SINGLE))) {
        SafetensorsFile file = opened(directory.resolve(SINGLE));
        file.names().forEach(name -> byName.put(name, file));
      } else if (Files.exists(directory.resolve(INDEX))) {
        openShards();
      } else {
        throw new ModelException(
            directory + ": holds neither " + SINGLE + " nor " + INDEX + "; one of them is needed");
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    this.names = Collections.unmodifiableSortedSet(new TreeSet<>(byName.keySet()));
  }

  /** Opens the weights of a model directory. */
  public static ModelFiles open(Path directory) {
    return new ModelFiles(directory);
  }

  private SafetensorsFile opened(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    return file;
  }

  private void openShards() {
    Path index = directory.resolve(INDEX);
    JsonFile weightMap = JsonFile.read(index).object("weight_map");
    Map<String, SafetensorsFile> shards = new TreeMap<>();
    for (String name : weightMap.keys()) {
      String shard = weightMap.text(name);
      SafetensorsFile file = shards.get(shard);
      if (file == null) {
        file = opened(shardPath(index, shard));
        shards.put(shard, file);
      }
      if (!file.names().contains(name)) {
        throw new ModelException(
            index
                + ": places tensor "
                + JsonFile.quote(name)
                + " in "
                + JsonFile.quote(shard)
                + ", which has no such tensor");
      }
      byName.put(name, file);
    }
  }

  private Path shardPath(Path index, String shard) {
    if (!shard.matches("[A-Za-z0-9._-]+") || shard.startsWith(".")) {
      throw new ModelException(
          index
              + ": shard "
              + JsonFile.quote(shard)
              + " is not the plain name of a file in this directory");
    }
    if (!Files.exists(directory.resolve(shard))) {
      throw new ModelException(
          index + ": shard " + JsonFile.quote(shard) + " is missing in " + directory);
    }
    return directory.resolve(shard);
  }

  /** The model's directory. */
  public Path directory() {
    return directory;
  }

  /** The names of all tensors, sorted. */
  public SortedSet<String> names() {
    return names;
  }

  /** The entry of a tensor; a {@link ModelException} when the model has none of that name. */
  public TensorEntry entry(String name) {
    return fileOf(name).entry(name);
  }

  /** A read-only, little-endian view of a tensor, as {@link SafetensorsFile#bytes} gives it. */
  public ByteBuffer bytes(String name) {
    return fileOf(name).bytes(name);
  }

  /** A copy of a tensor as float32, as {@link SafetensorsFile#floats} gives it. */
  public float[] floats(String name) {
    return fileOf(name).floats(name);
  }

  /** Hands over a tensor piece by piece, as {@link SafetensorsFile#read} does. */
  public void read(String name, ByteBuffer chunk, SafetensorsFile.Piece piece) {
    fileOf(name).read(name, chunk, piece);
  }

  /** A copy of some of a tensor's bytes, as {@link SafetensorsFile#copy} gives it. */
  public ByteBuffer copy(String name, long from, int length) {
    return fileOf(name).copy(name, from, length);
  }

  /** The file that holds a tensor. */
  public Path path(String name) {
    return fileOf(name).path();
  }

  private SafetensorsFile fileOf(String name) {
    SafetensorsFile file = byName.get(name);
    if (file == null) {
      throw new ModelException(directory + ": there is no tensor " + JsonFile.quote(name));
    }
    return file;
  }

  /**
   * Checks that every tensor the configuration asks for is there, in its shape and of a float type.
   */
  public void check(ModelConfig config) {
    config
        .expectedTensors()
        .forEach(
            (name, shape) -> {
              if (!byName.containsKey(name)) {
                throw new ModelException(
                    directory
                        + ": tensor "
                        + JsonFile.quote(name)
                        + " is missing; config.json asks for it in the shape "
                        + Arrays.toString(shape));
              }
              TensorEntry entry = entry(name);
              if (!Arrays.equals(entry.shape(), shape)) {
                throw new ModelException(
                    fileOf(name).path()
                        + ": tensor "
                        + JsonFile.quote(name)
                        + " has the shape "
                        + Arrays.toString(entry.shape())
                        + "; config.json asks for "
                        + Arrays.toString(shape));
              }
              if (!entry.dtype().widensToFloat()) {
                throw new ModelException(
                    fileOf(name).path()
                        + ": tensor "
                        + JsonFile.quote(name)
                        + " is "
                        + entry.dtype()
                        + "; F32, F16, BF16 or F64 would be right");
              }
            });
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
