package io.sapflow.model;

/** IEEE 754 half precision, and bfloat16. */
final class Half {
  private Half() {}

  /** Widens a half, exactly. */
  static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) { // zero or subnormal: fraction * 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** The nearest half, ties to even; infinite from 65520 on. */
  static short fromDouble(double value) {
    return narrow(value, 10, 15);
  }

  /** The nearest bfloat16, ties to even; infinite from 2^128 - 2^119 on. */
  static short toBfloat16(double value) {
    return narrow(value, 7, 127);
  }

  /**
   * Rounds once, from double, to the nearest value of a narrower type, ties to even.
   *
   * @param fraction bits of the narrow type's fraction
   * @param bias of its exponent
   * @return the value's bits
   */
  private static short narrow(double value, int fraction, int bias) {
    int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
    int infinite = (2 * bias + 1) << fraction;
    if (Double.isNaN(value)) {
      return (short) (infinite | 1 << (fraction - 1));
    }
    double magnitude = Math.abs(value);
    if (Math.getExponent(magnitude) < 1 - bias) { // zero or subnormal; rint ties to even
      return (short) (sign | (int) Math.rint(Math.scalb(magnitude, bias - 1 + fraction)));
    }
    int dropped = 52 - fraction;
    long bits = Double.doubleToRawLongBits(magnitude) - ((1023L - bias) << 52);
    long odd = bits >>> dropped & 1;
    // A carry runs on into the exponent, up to infinity.
    long rounded = (bits + (1L << (dropped - 1)) - 1 + odd) >>> dropped;
    return (short) (sign | (int) Math.min(infinite, rounded));
  }
}
