package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.testing.GeneratedDocs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuarantineReasonTest {

  private static QuarantinedRecord setAside(String reason) {
    return QuarantinedRecord.newBuilder(Samples.quarantined()).setReason(reason).build();
  }

  @Test
  void table_inTheDocs_isTheEnum() {
    List<String> lines = new ArrayList<>();
    lines.add("| code | means | do | counts for `quarantine-rate` |");
    lines.add("|---|---|---|---|");
    for (QuarantineReason reason : QuarantineReason.values()) {
      lines.add(
          "| %s | %s | %s | %s |"
              .formatted(
                  reason.name(),
                  reason.meaning(),
                  reason.remedy(),
                  reason.decided() ? "no" : "yes"));
    }
    GeneratedDocs.ofProject().hold("quarantine.md", "reasons", lines);
  }

  @ParameterizedTest
  @EnumSource
  void reason_saysWhatItMeansAndWhatToDo_inASentenceEach(QuarantineReason reason) {
    assertThat(reason.meaning()).matches("[A-Z][^|]*\\.");
    assertThat(reason.remedy()).matches("[A-Z][^|]*\\.");
  }

  @Test
  void record_setAsideByADecision_isToldFromOneForWhatItHolds() {
    assertThat(QuarantineReason.decided(setAside("SAFETY_ROLLBACK"))).isTrue();
    assertThat(QuarantineReason.decided(setAside("SOURCE_QUARANTINED"))).isTrue();
    assertThat(QuarantineReason.decided(setAside("PAUSED"))).isTrue();
    assertThat(QuarantineReason.decided(setAside("PUSH_REJECTED"))).isFalse();
    assertThat(QuarantineReason.decided(setAside("OF_ANOTHER_RELEASE"))).isFalse();
  }

  @Test
  void record_standsForItsOwnReasonAlone() {
    assertThat(QuarantineReason.PAUSED.of(setAside("PAUSED"))).isTrue();
    assertThat(QuarantineReason.PAUSED.of(setAside("CUT"))).isFalse();
  }
}
