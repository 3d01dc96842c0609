package io.sapflow.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.ByteBuffer;

/**
 * A scope of the tensors that a module's methods take, on its device or on the host: what is made
 * in it is freed with it.
 */
final class TorchScope implements AutoCloseable {

  private final PtNDManager device;

  /** Scalar arguments stay on the host: reading one in the kernel must not wait for the device. */
  private final PtNDManager host;

  TorchScope(PtNDManager device) {
    this.device = device;
    this.host = device.newSubManager(Device.cpu());
  }

  /** Int64 on the device. */
  Tensor ints(long[] values, long... shape) {
    return new Tensor(device.create(values, new Shape(shape)));
  }

  /** Float32 on the device. */
  Tensor floats(float[] values, long... shape) {
    return new Tensor(device.create(values, new Shape(shape)));
  }

  /** The bytes that remain in a buffer, on the device. */
  Tensor bytes(ByteBuffer values) {
    return new Tensor(device.create(values, new Shape(values.remaining()), DataType.UINT8));
  }

  /** Int64 on the host. */
  Tensor hostInts(long[] values, long... shape) {
    return new Tensor(host.create(values, new Shape(shape)));
  }

  /** Float64 on the host, a vector. */
  Tensor hostDoubles(double... values) {
    return new Tensor(host.create(values, new Shape(values.length)));
  }

  /** A float64 scalar on the host. */
  Tensor hostDouble(double value) {
    return new Tensor(host.create(value));
  }

  /** So many bytes on the host, all of them zero. */
  Tensor hostZeros(int count) {
    return new Tensor(host.zeros(new Shape(count), DataType.UINT8));
  }

  /** What names the method of a call, as its last input. */
  NDArray selector(String method) {
    NDArray selector = host.create(0);
    selector.setName("module_method:" + method);
    return selector;
  }

  @Override
  public void close() {
    device.close();
  }
}
