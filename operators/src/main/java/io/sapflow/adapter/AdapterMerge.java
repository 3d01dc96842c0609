package io.sapflow.adapter;

import io.sapflow.model.ConfiguredEnds;
import io.sapflow.model.DType;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.ModelException;
import io.sapflow.model.ModelFiles;
import io.sapflow.model.ModelWriter;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.TensorEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model directory with an adapter fused into its weights: W + scaling * B A, computed in double
 * and rounded once to the type that each tensor has on disk.
 *
 * <p>Tensors are made piece by piece while they are written; {@link CompanionFiles} are copied.
 */
public final class AdapterMerge {

  private static final String PEFT_PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final int PIECE = 1 << 20; // bytes

  private final ModelFiles base;
  private final PeftAdapter adapter;
  private final Map<String, LoraLayout.Slot> firstSlots = new HashMap<>();
  private final Map<String, LoraLayout.Slot> secondSlots = new HashMap<>();

  private AdapterMerge(ModelFiles base, PeftAdapter adapter) {
    this.base = base;
    this.adapter = adapter;
    List<LoraLayout.Slot> slots = adapter.layout().slots();
    for (int i = 0; i < slots.size(); i += 2) { // A, then its B
      String module = slots.get(i).peftName();
      String name = module.substring(PEFT_PREFIX.length(), module.length() - A.length());
      firstSlots.put(name + ".weight", slots.get(i));
      secondSlots.put(name + ".weight", slots.get(i + 1));
    }
  }

  /**
   * Writes the merged model.
   *
   * @param out a new or empty directory
   * @param shardBytes the most bytes of one file
   * @param ends the tokens that end an answer, which generation_config.json will name
   */
  public static void write(
      ModelFiles base, PeftAdapter adapter, Path out, long shardBytes, Set<Integer> ends)
      throws IOException {
    AdapterMerge merge = new AdapterMerge(base, adapter);
    Files.createDirectories(out);
    ModelWriter writer = new ModelWriter(shardBytes);
    for (String name : base.names()) {
      TensorEntry entry = base.entry(name);
      writer.add(name, entry.shape(), entry.dtype(), merge.content(entry));
    }
    writer.write(out);
    CompanionFiles.copy(base.directory(), out);
    ConfiguredEnds.write(out, ends);
  }

  private SafetensorsWriter.Content content(TensorEntry entry) {
    LoraLayout.Slot a = firstSlots.get(entry.name());
    return a == null
        ? out -> read(entry, (bytes, first) -> write(bytes, out))
        : out -> merged(entry, a, secondSlots.get(entry.name()), out);
  }

  private void merged(TensorEntry entry, LoraLayout.Slot a, LoraLayout.Slot b, OutputStream out) {
    int columns = Math.toIntExact(entry.shape()[1]);
    DType type = entry.dtype();
    double[] change = new double[columns];
    ByteBuffer made = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
    read(
        entry,
        (bytes, first) -> {
          made.clear();
          if (first % columns != 0) {
            change(change, a, b, first / columns);
          }
          for (long at = first; bytes.hasRemaining(); at++) {
            int column = (int) (at % columns);
            if (column == 0) {
              change(change, a, b, at / columns);
            }
            type.write(sum(entry, at, type.read(bytes), change[column]), made);
          }
          write(made.flip(), out);
        });
  }

  /** One row of scaling * B A. */
  private void change(double[] change, LoraLayout.Slot a, LoraLayout.Slot b, long row) {
    float[] w = adapter.weights();
    Arrays.fill(change, 0);
    int rank = adapter.spec().rank();
    for (int r = 0; r < rank; r++) {
      double factor = adapter.spec().scaling() * w[b.offset() + (int) row * rank + r];
      int from = a.offset() + r * change.length;
      for (int i = 0; i < change.length; i++) {
        change[i] += factor * w[from + i];
      }
    }
  }

  private double sum(TensorEntry entry, long at, double weight, double change) {
    if (!Double.isFinite(weight)) {
      throw wrong(entry, at, "holds " + weight, "; finite weights would be right");
    }
    double sum = weight + change;
    if (!entry.dtype().holds(sum)) {
      throw wrong(
          entry,
          at,
          "would hold " + sum,
          ", beyond " + entry.dtype() + "; a base in F32 or BF16 would be right");
    }
    return sum;
  }

  private ModelException wrong(TensorEntry entry, long at, String found, String right) {
    return new ModelException(
        base.path(entry.name())
            + ": tensor '"
            + entry.name()
            + "' "
            + found
            + " at index "
            + at
            + right);
  }

  private void read(TensorEntry entry, SafetensorsFile.Piece piece) {
    base.read(entry.name(), ByteBuffer.allocate(PIECE), piece);
  }

  private static void write(ByteBuffer bytes, OutputStream out) {
    try {
      out.write(bytes.array(), bytes.position(), bytes.remaining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
