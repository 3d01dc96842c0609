package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Where each LoRA tensor lies in one flat float vector: per layer, per target in the order q, k, v,
 * o, gate, up, down, first A [rank, in] and then B [out, rank], row major. Weights, their moments
 * and directions all have this layout.
 */
public final class LoraLayout {

  /**
   * One tensor of the flat vector.
   *
   * @param peftName its name in PEFT's files
   * @param offset index of its first element
   * @param shape [rank, in] for A, [out, rank] for B
   */
  @SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString look into the shape
  public record Slot(String peftName, int offset, long[] shape) {
    /** Number of elements. */
    public int elements() {
      return (int) (shape[0] * shape[1]);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Slot that
          && peftName.equals(that.peftName)
          && offset == that.offset
          && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
      return Objects.hash(peftName, offset, Arrays.hashCode(shape));
    }

    @Override
    public String toString() {
      return peftName + Arrays.toString(shape) + " at " + offset;
    }
  }

  private final ModelConfig config;
  private final LoraSpec spec;
  private final List<Slot> slots;
  private final int size;

  public LoraLayout(ModelConfig config, LoraSpec spec) {
    this.config = config;
    this.spec = spec;
    List<Slot> all = new ArrayList<>();
    long at = 0;
    for (int layer = 0; layer < config.layers(); layer++) {
      for (LoraTarget target : spec.targets()) {
        String name = "base_model.model.model.layers." + layer + "." + target.path();
        at = append(all, name + ".lora_A.weight", at, spec.rank(), target.in(config));
        at = append(all, name + ".lora_B.weight", at, target.out(config), spec.rank());
      }
    }
    this.slots = List.copyOf(all);
    this.size = (int) at;
  }

  private static long append(List<Slot> all, String name, long at, long rows, long columns) {
    long end = at + rows * columns;
    if (end > Integer.MAX_VALUE - 8) {
      throw new ModelException(
          "LoRA of this rank needs more than "
              + (Integer.MAX_VALUE - 8)
              + " weights; a lower rank or fewer targets would be right");
    }
    all.add(new Slot(name, (int) at, new long[] {rows, columns}));
    return end;
  }

  /** The model that is adapted. */
  public ModelConfig config() {
    return config;
  }

  /** What is adapted. */
  public LoraSpec spec() {
    return spec;
  }

  /** The tensors in the order of the flat vector. */
  public List<Slot> slots() {
    return slots;
  }

  /** Length of the flat vector. */
  public int size() {
    return size;
  }

  /**
   * A fresh adapter, initialised as PEFT does: A uniform in +-1/sqrt(in) (Kaiming with a = sqrt 5),
   * B zero. Equal seeds give equal weights.
   */
  public float[] initial(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] flat = new float[size];
    for (int i = 0; i < slots.size(); i += 2) { // the even slots are A
      Slot a = slots.get(i);
      double bound = 1 / Math.sqrt(a.shape()[1]);
      for (int at = a.offset(); at < a.offset() + a.elements(); at++) {
        flat[at] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
    }
    return flat;
  }

  /** Reads a PEFT weight file; it must hold exactly the tensors of this layout. */
  public float[] read(SafetensorsFile file) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (Slot slot : slots) {
      if (file.names().contains(slot.peftName())) {
        checkShape(file.path(), slot, file.entry(slot.peftName()).shape());
      }
    }
    for (String name : file.names()) {
      tensors.put(name, new float[0]);
    }
    checkNames(file.path(), tensors);
    tensors.replaceAll((name, none) -> file.floats(name));
    tensors.forEach((name, values) -> checkFinite(file.path(), name, values));
    return flatten(tensors);
  }

  /**
   * One flat vector from tensors by PEFT name.
   *
   * @param where what messages call the tensors' origin
   */
  public float[] pack(Object where, Map<String, float[]> tensors) {
    checkNames(where, tensors);
    for (Slot slot : slots) {
      int found = tensors.get(slot.peftName()).length;
      if (found != slot.elements()) {
        throw new ModelException(
            where
                + ": tensor "
                + JsonFile.quote(slot.peftName())
                + " has "
                + found
                + " elements; "
                + Arrays.toString(slot.shape())
                + " would be right");
      }
    }
    return flatten(tensors);
  }

  /** The tensors of a flat vector by PEFT name, in slot order. */
  public Map<String, float[]> unpack(float[] flat) {
    checkSize(flat);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (Slot slot : slots) {
      tensors.put(
          slot.peftName(),
          Arrays.copyOfRange(flat, slot.offset(), slot.offset() + slot.elements()));
    }
    return tensors;
  }

  /** Adds the tensors of a flat vector to a file. */
  public SafetensorsWriter addTo(SafetensorsWriter writer, float[] flat) {
    Map<String, float[]> tensors = unpack(flat);
    for (Slot slot : slots) {
      writer.add(slot.peftName(), slot.shape(), tensors.get(slot.peftName()));
    }
    return writer;
  }

  private float[] flatten(Map<String, float[]> tensors) {
    float[] flat = new float[size];
    for (Slot slot : slots) {
      System.arraycopy(tensors.get(slot.peftName()), 0, flat, slot.offset(), slot.elements());
    }
    return flat;
  }

  private void checkNames(Object where, Map<String, float[]> tensors) {
    List<String> expected = slots.stream().map(Slot::peftName).toList();
    for (String name : expected) {
      if (!tensors.containsKey(name)) {
        throw new ModelException(
            where
                + ": tensor "
                + JsonFile.quote(name)
                + " is missing: the adapter has "
                + config.layers()
                + " layers and "
                + spec.targets());
      }
    }
    if (tensors.size() > expected.size()) {
      String first =
          tensors.keySet().stream().filter(name -> !expected.contains(name)).findFirst().get();
      throw new ModelException(
          where
              + ": tensor "
              + JsonFile.quote(first)
              + " is not part of an adapter of "
              + config.layers()
              + " layers and "
              + spec.targets());
    }
  }

  private static void checkShape(Object where, Slot slot, long[] found) {
    if (!Arrays.equals(found, slot.shape())) {
      throw new ModelException(
          where
              + ": tensor "
              + JsonFile.quote(slot.peftName())
              + " has the shape "
              + Arrays.toString(found)
              + "; the base and rank ask for "
              + Arrays.toString(slot.shape()));
    }
  }

  private static void checkFinite(Object where, String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ModelException(
            where
                + ": tensor "
                + JsonFile.quote(name)
                + " holds "
                + values[i]
                + " at index "
                + i
                + "; finite weights would be right");
      }
    }
  }

  private void checkSize(float[] flat) {
    if (flat.length != size) {
      throw new IllegalArgumentException(
          "the flat vector has " + flat.length + " elements; " + size + " would be right");
    }
  }
}
