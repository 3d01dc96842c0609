package io.sapflow.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import java.nio.ByteBuffer;

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
  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final FiniteWeights weights;
  private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);

  /**
   * A loader.
   *
   * @param held the module's type of the base
   */
  BaseLoader(ModelFiles files, PtNDManager manager, PtSymbolBlock module, ComputeType held) {
    this.files = files;
    this.manager = manager;
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
    TorchRuntime.prepareThread();
    try (PtNDManager scope = (PtNDManager) manager.newSubManager();
        PtNDManager host = (PtNDManager) scope.newSubManager(Device.cpu())) {
      NDArray raw = scope.create(bytes, new Shape(bytes.remaining()), DataType.UINT8);
      NDArray kind = host.zeros(new Shape(torchCode(type)), DataType.UINT8);
      NDArray where = host.create(place);
      NDArray selector = host.create(0);
      selector.setName("module_method:load");
      NDList found = IValueUtils.forward(module, new NDList(raw, kind, where, selector), true);
      return found.get(0).getBoolean();
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
