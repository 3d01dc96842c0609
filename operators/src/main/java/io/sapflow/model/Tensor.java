package io.sapflow.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A tensor of floats (or, in a double-precision kernel, doubles) in the device's memory.
 *
 * <p>One made by a {@link KernelPass} is freed with it; one made by {@link Kernel#tensor} is freed
 * by {@link #close}.
 */
public final class Tensor implements AutoCloseable {

  private final NDArray array;

  Tensor(NDArray array) {
    this.array = array;
  }

  NDArray array() {
    return array;
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

  /**
   * Copies values {@code from} .. {@code from + count - 1} of a float32 tensor on the CPU into a
   * buffer, little-endian.
   */
  public void copyTo(long from, int count, ByteBuffer target) {
    ByteBuffer all = array.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer part = all.asFloatBuffer().position(Math.toIntExact(from)).slice().limit(count);
    target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(part);
  }

  @Override
  public void close() {
    array.close();
  }
}
