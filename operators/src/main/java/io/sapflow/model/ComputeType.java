package io.sapflow.model;

/** The type in which a base model is stored in memory or in which a pass computes. */
public enum ComputeType {
  FLOAT32(6, 4),
  FLOAT64(7, 8),
  BFLOAT16(15, 2);

  private final int torchCode;
  private final int bytes;

  ComputeType(int torchCode, int bytes) {
    this.torchCode = torchCode;
    this.bytes = bytes;
  }

  /** libtorch's number of this scalar type. */
  int torchCode() {
    return torchCode;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
