package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.Digests;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.tokens.TokenizedExample;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeldExamplesTest {

  private static final TokenizedExample EXAMPLE =
      new TokenizedExample(
          "helper",
          "e-1",
          "forum",
          true,
          "t",
          3,
          1L << 40,
          17,
          new int[] {5, 1 << 30, 7},
          new byte[] {0, 1, 1},
          2,
          new byte[] {4},
          new byte[] {9, 8},
          new byte[] {6, 6, 6});

  @Test
  void example_heldAndReadBackFromState_isTheOneThatCame() throws Exception {
    HeldExample held = HeldExamples.of(EXAMPLE);
    HeldExample again = HeldExample.fromByteBuffer(held.toByteBuffer());
    assertThat(again).isEqualTo(held);
    assertThat(again.getStep()).isEqualTo(HeldExamples.UNTRAINED);
    assertThat(HeldExamples.length(again)).isEqualTo(3);
    assertThat(HeldExamples.bytes(again)).isEqualTo(6);
    assertThat(HeldExamples.row(again).tokens()).isEqualTo(EXAMPLE.tokens());
    assertThat(HeldExamples.row(again).targetCount()).isEqualTo(2);
  }

  @Test
  void trained_keepsWhatARollbackNeeds_andByReferenceSizeAndDigest() {
    HeldExample trained = HeldExamples.trained(HeldExamples.of(EXAMPLE), 9, 0.5);
    assertThat(HeldExamples.length(trained)).isZero();
    assertThat(HeldExamples.bytes(trained)).isEqualTo(6);
    QuarantinedRecord whole =
        HeldExamples.quarantined(trained, "helper", QuarantineReason.SAFETY_ROLLBACK, "why");
    assertThat(whole.getAdapterId()).isEqualTo("helper");
    assertThat(whole.getStep()).isEqualTo(9);
    assertThat(whole.getKey()).isEqualTo(ByteBuffer.wrap(EXAMPLE.key()));
    assertThat(whole.getValue()).isEqualTo(ByteBuffer.wrap(EXAMPLE.original()));
    assertThat(whole.getSignature()).isEqualTo(ByteBuffer.wrap(EXAMPLE.signature()));

    HeldExample reference = HeldExamples.byReference(trained);
    assertThat(HeldExamples.bytes(reference)).isZero();
    QuarantinedRecord place =
        HeldExamples.quarantined(reference, "helper", QuarantineReason.SAFETY_ROLLBACK, "why");
    assertThat(place.getOffset()).isEqualTo(1L << 40);
    assertThat(place.getValue().hasRemaining()).isFalse();
    assertThat(place.getSize()).isEqualTo(6);
    assertThat(place.getSha256()).isEqualTo(Digests.sha256(EXAMPLE.original()));
    assertThat(HeldExamples.byReference(reference)).isEqualTo(reference);
    assertThat(place.getKey()).isNull();
    assertThat(place.getSignature()).isNull();
  }

  @Test
  void quarantined_untrained_namesNoStep() {
    assertThat(
            HeldExamples.quarantined(
                    HeldExamples.of(EXAMPLE), "helper", QuarantineReason.SAFETY_ROLLBACK, "m")
                .getStep())
        .isNull();
  }
}
