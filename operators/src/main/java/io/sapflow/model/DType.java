package io.sapflow.model;

import java.nio.ByteBuffer;

/** Element types of a safetensors file that fill whole bytes, with their width in bytes. */
public enum DType {
  F64(8, true),
  F32(4, true),
  F16(2, true),
  BF16(2, true),
  F8_E4M3(1, false),
  F8_E5M2(1, false),
  F8_E8M0(1, false),
  C64(8, false),
  I64(8, false),
  I32(4, false),
  I16(2, false),
  I8(1, false),
  U64(8, false),
  U32(4, false),
  U16(2, false),
  U8(1, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean widensToFloat;

  DType(int bytes, boolean widensToFloat) {
    this.bytes = bytes;
    this.widensToFloat = widensToFloat;
  }

  /** Width of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The next element of a little-endian buffer, exactly; only of types that widen to float. */
  public double read(ByteBuffer from) {
    return switch (this) {
      case F64 -> from.getDouble();
      case F32 -> from.getFloat();
      case BF16 -> Float.intBitsToFloat(from.getShort() << 16);
      case F16 -> Half.toFloat(from.getShort());
      default -> throw new IllegalArgumentException(this + " holds no reals");
    };
  }

  /** Whether a value is finite and stays so in this type. */
  public boolean holds(double value) {
    return switch (this) {
      case F64 -> Double.isFinite(value);
      case F32 -> Float.isFinite((float) value);
      case BF16 -> Math.abs(value) < 0x1.ffp127;
      case F16 -> Math.abs(value) < 65520;
      default -> throw new IllegalArgumentException(this + " holds no reals");
    };
  }

  /** Appends an element, rounded once to the nearest value of this type, ties to even. */
  public void write(double value, ByteBuffer to) {
    switch (this) {
      case F64 -> to.putDouble(value);
      case F32 -> to.putFloat((float) value);
      case BF16 -> to.putShort(Half.toBfloat16(value));
      case F16 -> to.putShort(Half.fromDouble(value));
      default -> throw new IllegalArgumentException(this + " holds no reals");
    }
  }

  /** Whether the elements are reals that {@link SafetensorsFile#floats} can deliver as float32. */
  public boolean widensToFloat() {
    return widensToFloat;
  }
}
