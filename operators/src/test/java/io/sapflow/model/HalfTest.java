package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {
  @Test
  void toFloat_everyHalf_hasTheValueOfItsDefinition() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = (bits >> 10) & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude =
          exponent == 0
              ? Math.scalb(fraction, -14)
              : exponent < 31
                  ? Math.scalb(1 + fraction, exponent - 15)
                  : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      float expected = (float) ((bits & 0x8000) == 0 ? magnitude : -magnitude);
      assertThat(Float.compare(Half.toFloat((short) bits), expected)).as("%x", bits).isZero();
    }
  }

  @Test
  void fromDouble_everyHalf_staysItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(Half.fromDouble(value)).as("%x", bits).isEqualTo((short) bits);
      }
    }
    assertThat(Half.toFloat(Half.fromDouble(Double.NaN))).isNaN();
  }

  @Test
  void fromDouble_aroundTheMiddleOfTwoHalves_takesTheNearerOrTheEvenOne() {
    for (int bits = 0; bits < 0x7bff; bits++) { // up to 65504, the largest
      double low = Half.toFloat((short) bits);
      double middle = (low + Half.toFloat((short) (bits + 1))) / 2;
      assertThat(Half.fromDouble(middle)).as("%x", bits).isEqualTo((short) (bits + (bits & 1)));
      assertThat(Half.fromDouble(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.fromDouble(-Math.nextUp(middle))).isEqualTo((short) (0x8000 | bits + 1));
    }
    assertThat(Half.fromDouble(Math.nextDown(65520.0))).isEqualTo((short) 0x7bff);
    assertThat(Half.fromDouble(65520)).isEqualTo((short) 0x7c00);
    assertThat(Half.fromDouble(-1e300)).isEqualTo((short) 0xfc00);
  }

  @Test
  void toBfloat16_aroundTheMiddleOfTwo_takesTheNearerOrTheEvenOne() {
    for (int bits = 0; bits < 0x7f7f; bits++) { // up to the largest
      double low = Float.intBitsToFloat(bits << 16);
      double middle = (low + Float.intBitsToFloat((bits + 1) << 16)) / 2;
      assertThat(Half.toBfloat16(low)).as("%x", bits).isEqualTo((short) bits);
      assertThat(Half.toBfloat16(middle)).as("%x", bits).isEqualTo((short) (bits + (bits & 1)));
      assertThat(Half.toBfloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.toBfloat16(-Math.nextUp(middle))).isEqualTo((short) (0x8000 | bits + 1));
    }
    assertThat(Half.toBfloat16(Math.nextDown(0x1.ffp127))).isEqualTo((short) 0x7f7f);
    assertThat(Half.toBfloat16(0x1.ffp127)).isEqualTo((short) 0x7f80);
    assertThat(Half.toBfloat16(Double.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
    assertThat(Float.intBitsToFloat(Half.toBfloat16(Double.NaN) << 16)).isNaN();
  }
}
