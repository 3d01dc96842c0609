package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingTest {

  @Test
  void told_inTheProjectsWords_keepsTheKeyAndWhatWouldBeRight() {
    Finding finding =
        Finding.told(
            new IllegalArgumentException(
                "sapflow.model.device: found gpu:0, expected auto, cpu, cuda or cuda:N"),
            "a device");
    assertThat(finding.words())
        .isEqualTo("found sapflow.model.device: gpu:0, expected auto, cpu, cuda or cuda:N");
    assertThat(finding.outcome()).isEqualTo(Finding.Outcome.FAULT);
  }

  @Test
  void told_inOtherWords_keepsThem_andSaysWhatTheCheckExpects() {
    Finding finding = Finding.told(new IllegalStateException("the disk\nis full"), "a disk");
    assertThat(finding.words()).isEqualTo("found the disk is full, expected a disk");
  }

  @Test
  void asWarning_ofAFault_letsTheJobStart_andOfNothingElse() {
    assertThat(Finding.fault("x", "y").asWarning().outcome()).isEqualTo(Finding.Outcome.WARNING);
    assertThat(Finding.ok("x", "y").asWarning().ok()).isTrue();
    assertThat(Finding.unseen("x", "y").asWarning().outcome()).isEqualTo(Finding.Outcome.UNSEEN);
  }
}
