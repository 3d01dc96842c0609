package io.sapflow.model;

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

  /** Whether the elements are reals that {@link SafetensorsFile#floats} can deliver as float32. */
  public boolean widensToFloat() {
    return widensToFloat;
  }
}
