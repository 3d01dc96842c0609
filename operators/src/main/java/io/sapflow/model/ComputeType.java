package io.sapflow.model;

import java.util.Optional;

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

  /** The type for what this one cannot resolve: float32 for bfloat16, else the type itself. */
  ComputeType precise() {
    return this == BFLOAT16 ? FLOAT32 : this;
  }

  /** The type named {@code float32} or {@code bfloat16}; the ones a base model may be held in. */
  public static Optional<ComputeType> ofBase(String name) {
    return switch (name) {
      case "float32" -> Optional.of(FLOAT32);
      case "bfloat16" -> Optional.of(BFLOAT16);
      default -> Optional.empty();
    };
  }

  /** Whether a value is finite once it is held in this type. */
  boolean isFinite(float value) {
    return this == BFLOAT16 ? DType.BF16.holds(value) : Float.isFinite(value);
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }
}
