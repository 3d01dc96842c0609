package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests say of rejections. */
final class Rejections {

  private Rejections() {}

  static void assertRejected(ThrowingCallable decoding, String code, String message) {
    RejectedRecordException found = catchThrowableOfType(RejectedRecordException.class, decoding);
    assertThat(found).as("rejection").isNotNull();
    assertThat(found.code().name()).isEqualTo(code);
    assertThat(found).hasMessage(message);
    assertThat(found.stage()).isEqualTo("ingest");
  }
}
