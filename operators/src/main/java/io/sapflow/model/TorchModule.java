package io.sapflow.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A kernel's module as libtorch has loaded it: every call of its methods goes through here. */
final class TorchModule implements AutoCloseable {

  /** Owns what lives as long as the module. */
  private final PtNDManager manager;

  private final PtSymbolBlock block;

  TorchModule(PtNDManager manager, PtSymbolBlock block) {
    this.manager = manager;
    this.block = block;
  }

  /**
   * Loads a module.
   *
   * @param archive as {@link KernelArchive} writes it
   */
  static TorchModule load(TorchDevice device, byte[] archive) {
    PtNDManager manager = TorchRuntime.manager(device);
    try {
      ByteArrayInputStream in = new ByteArrayInputStream(archive);
      return new TorchModule(manager, JniUtils.loadModule(manager, in, false, false));
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** A scope on the module's device. */
  TorchScope scope() {
    return new TorchScope((PtNDManager) manager.newSubManager());
  }

  /**
   * A tensor of zeros on the module's device, which lives until it is closed.
   *
   * @param wide whether it holds doubles rather than floats
   */
  Tensor zeros(boolean wide, long... shape) {
    TorchRuntime.prepareThread();
    DataType type = wide ? DataType.FLOAT64 : DataType.FLOAT32;
    return new Tensor(manager.zeros(new Shape(shape), type));
  }

  /**
   * Calls a method.
   *
   * @param scope takes what the call needs for itself
   * @param inputs at least one
   * @return its results, which live as long as the scope that the first input belongs to
   */
  List<Tensor> call(TorchScope scope, String method, List<Tensor> inputs) {
    TorchRuntime.prepareThread();
    NDList list = new NDList(inputs.size() + 1);
    for (Tensor input : inputs) {
      list.add(input.array());
    }
    try (NDArray selector = scope.selector(method)) {
      list.add(selector);
      return IValueUtils.forward(block, list, true).stream().map(Tensor::new).toList();
    }
  }

  /**
   * Takes the base's tensors of another module, shared with it.
   *
   * @return how many
   */
  long adopt(TorchModule holder) {
    try (NDArray anchor = holder.manager.create(0.0);
        IValue argument = IValue.from((PtNDArray) anchor);
        IValue base = IValueUtils.runMethod(holder.block, "held", argument);
        IValue count = IValueUtils.runMethod(block, "adopt", base)) {
      return count.toLong();
    }
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }
}
