package io.sapflow.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * Where one tensor lies in a safetensors file.
 *
 * @param name the tensor's name
 * @param dtype its element type
 * @param shape its dimensions, empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end one past its last byte, counted from the end of the header
 */
@SuppressWarnings("ArrayRecordComponent") // equals, hashCode and toString look into the shape
public record TensorEntry(String name, DType dtype, long[] shape, long begin, long end) {

  /** Number of elements. */
  public long elements() {
    return (end - begin) / dtype.bytes();
  }

  /** Number of bytes. */
  public long bytes() {
    return end - begin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorEntry that
        && name.equals(that.name)
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && begin == that.begin
        && end == that.end;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, dtype, Arrays.hashCode(shape), begin, end);
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape) + " at " + begin + ".." + end;
  }
}
