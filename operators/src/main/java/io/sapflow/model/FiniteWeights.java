package io.sapflow.model;

import java.nio.ByteBuffer;

/**
 * Looks through the weights of model files for values that are not finite in the type they will be
 * held in. Reads piece by piece; neither libtorch nor memory for the model is needed.
 */
public final class FiniteWeights {

  /** Bytes of a piece. */
  private static final int PIECE = 1 << 20;

  private final ModelFiles files;
  private final ComputeType held;

  /**
   * A look at files whose tensors are checked by {@link ModelFiles#check}.
   *
   * @param held the type of the base model in memory
   */
  public FiniteWeights(ModelFiles files, ComputeType held) {
    this.files = files;
    this.held = held;
  }

  /**
   * Reads every weight that the configuration asks for.
   *
   * @throws ModelException naming file, tensor, value and index of the first at fault
   */
  public void check(ModelConfig config) {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    for (String name : config.expectedTensors().keySet()) {
      DType type = files.entry(name).dtype();
      files.read(
          name,
          piece,
          (bytes, first) -> {
            if (!allFinite(bytes, type)) {
              throw refusal(name, bytes, first);
            }
          });
    }
  }

  /** Leaves the buffer's position as it is. The loops have no branch, so that they are quick. */
  private boolean allFinite(ByteBuffer bytes, DType type) {
    boolean finite = true;
    int width = type.bytes();
    switch (type) {
      case BF16 -> {
        for (int at = 0; at < bytes.limit(); at += width) {
          finite &= (bytes.getShort(at) & 0x7f80) != 0x7f80;
        }
      }
      case F16 -> {
        for (int at = 0; at < bytes.limit(); at += width) {
          finite &= (bytes.getShort(at) & 0x7c00) != 0x7c00;
        }
      }
      case F32 -> {
        for (int at = 0; at < bytes.limit(); at += width) {
          finite &= held.isFinite(bytes.getFloat(at));
        }
      }
      default -> {
        for (int at = 0; at < bytes.limit(); at += width) {
          finite &= held.isFinite((float) bytes.getDouble(at));
        }
      }
    }
    return finite;
  }

  /**
   * The failure to throw for a piece that holds a value at fault.
   *
   * @param bytes the piece, little-endian, from its position 0
   * @param first index in the tensor of the piece's first value
   */
  ModelException refusal(String name, ByteBuffer bytes, long first) {
    DType type = files.entry(name).dtype();
    bytes.rewind();
    long index = first;
    float found = (float) type.read(bytes);
    while (held.isFinite(found) && bytes.hasRemaining()) {
      found = (float) type.read(bytes);
      index++;
    }
    return new ModelException(
        files.path(name)
            + ": tensor "
            + JsonFile.quote(name)
            + " holds "
            + found
            + " at index "
            + index
            + "; finite weights would be right");
  }
}
