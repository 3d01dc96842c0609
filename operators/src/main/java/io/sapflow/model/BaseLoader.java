package io.sapflow.model;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Copies the tensors of model files into a kernel module, in the module's own type.
 *
 * <p>Piece by piece through one buffer outside of the heap, so that besides the model no more than
 * a piece is in memory, whatever the size of its tensors. Read and not mapped: mapped pages count
 * as resident beside the copy, and a mapped file that is cut by another process kills this one.
 */
final class BaseLoader {

  /** Bytes of a piece. */
  static final int PIECE = 16 << 20;

  private final ModelFiles files;
  private final TorchModule module;
  private final FiniteWeights weights;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

  /**
   * A loader.
   *
   * @param held the module's type of the base
   */
  BaseLoader(ModelFiles files, TorchModule module, ComputeType held) {
    this.files = files;
    this.module = module;
    this.weights = new FiniteWeights(files, held);
  }

  /**
   * Appends a tensor to the module's base.
   *
   * @throws ModelException naming file and tensor where a value is not finite
   */
  void load(String name) {
    TensorEntry entry = files.entry(name);
    long[] place = new long[entry.shape().length + 1];
    System.arraycopy(entry.shape(), 0, place, 1, entry.shape().length);
    files.read(
        name,
        piece,
        (bytes, first) -> {
          place[0] = first;
          if (!load(bytes, entry.dtype(), place)) {
            throw weights.refusal(name, bytes, first);
          }
        });
  }

  private boolean load(ByteBuffer bytes, DType type, long[] place) {
    try (TorchScope scope = module.scope()) {
      Tensor raw = scope.bytes(bytes);
      Tensor kind = scope.hostZeros(torchCode(type));
      Tensor where = scope.hostInts(place, place.length);
      return module.call(scope, "load", List.of(raw, kind, where)).get(0).isTrue();
    }
  }

  private static int torchCode(DType type) {
    return switch (type) {
      case F64 -> ComputeType.FLOAT64.torchCode();
      case F32 -> ComputeType.FLOAT32.torchCode();
      case BF16 -> ComputeType.BFLOAT16.torchCode();
      case F16 -> 5;
      default -> throw new IllegalArgumentException("weights of type " + type);
    };
  }
}
