package io.sapflow.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor in the device's memory: floats (or, in a double-precision kernel, doubles), but for what
 * a kernel is told of a batch.
 *
 * <p>One made by a {@link KernelPass} is freed with it; one made by {@link Kernel#tensor} is freed
 * by {@link #close}.
 */
public final class Tensor implements AutoCloseable {

  private final NDArray array;

  /** Counts reads; null for a tensor of no pass. */
  private final Transfers transfers;

  Tensor(NDArray array) {
    this(array, null);
  }

  Tensor(NDArray array, Transfers transfers) {
    this.array = array;
    this.transfers = transfers;
  }

  NDArray array() {
    return array;
  }

  /** The same tensor; its reads count. */
  Tensor counted(Transfers by) {
    return new Tensor(array, by);
  }

  /** A view of the values of a vector from {@code start} up to but without {@code end}. */
  Tensor slice(long start, long end) {
    return new Tensor(array.get(new NDIndex().addSliceDim(start, end)));
  }

  /** A view of the same values in another shape. */
  Tensor reshaped(long... shape) {
    return new Tensor(array.reshape(new Shape(shape)));
  }

  /** The values of a tensor of int64, row by row. */
  long[] toLongs() {
    return array.toLongArray();
  }

  /** The one value of a boolean tensor. */
  boolean isTrue() {
    return array.getBoolean();
  }

  /** Number of values. */
  public long size() {
    return array.size();
  }

  /** The lengths of its dimensions. */
  public long[] shape() {
    return array.getShape().getShape();
  }

  /** The values, row by row, as float32. */
  public float[] toFloats() {
    countRead();
    if (array.getDataType() == DataType.FLOAT64) {
      double[] wide = array.toDoubleArray();
      float[] narrow = new float[wide.length];
      for (int i = 0; i < wide.length; i++) {
        narrow[i] = (float) wide[i];
      }
      return narrow;
    }
    return array.toFloatArray();
  }

  /** The values, row by row, as float64. */
  public double[] toDoubles() {
    countRead();
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] narrow = array.toFloatArray();
    double[] wide = new double[narrow.length];
    for (int i = 0; i < narrow.length; i++) {
      wide[i] = narrow[i];
    }
    return wide;
  }

  private void countRead() {
    if (transfers != null) {
      transfers.countToHost();
    }
  }

  /** The one value of a scalar. */
  public double item() {
    return toDoubles()[0];
  }

  /**
   * Overwrites the values.
   *
   * @param values as many as {@link #size}
   */
  public void set(float[] values) {
    if (values.length != size()) {
      throw new IllegalArgumentException(
          "found " + values.length + " values for a tensor of " + size());
    }
    if (array.getDataType() == DataType.FLOAT64) {
      double[] wide = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        wide[i] = values[i];
      }
      array.set(wide);
    } else {
      array.set(values);
    }
  }

  /** Bytes of the values in the device's memory. */
  public long bytes() {
    return size() * array.getDataType().getNumOfBytes();
  }

  /**
   * The values of a float32 tensor, row by row, little-endian: {@link #bytes} of them, at most 2
   * GiB. On the CPU this is the tensor's own memory, to be read before the next pass or {@link
   * #close}; of another device's memory it is a copy.
   */
  public ByteBuffer read() {
    return array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Overwrites the values of a float32 tensor with bytes as {@link #read} gives them. */
  public Filling fill() {
    return new Filling();
  }

  /** A tensor's values while they are overwritten. */
  public final class Filling implements AutoCloseable {
    private final boolean own = !array.getDevice().isGpu();
    private final ByteBuffer values =
        own ? read() : ByteBuffer.allocateDirect(Math.toIntExact(bytes()));

    /** Where the bytes go, all of them. */
    public ByteBuffer values() {
      return values;
    }

    /** They are the tensor's from here on. */
    @Override
    public void close() {
      if (!own) {
        array.set(values.rewind());
      }
    }
  }

  @Override
  public void close() {
    array.close();
  }
}
