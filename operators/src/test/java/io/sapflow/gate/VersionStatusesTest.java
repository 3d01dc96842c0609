package io.sapflow.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.VersionStatus;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VersionStatusesTest {

  private static final Set<Verdict> CHANGING_NOTHING = EnumSet.of(Verdict.HOLD, Verdict.STALE);

  @ParameterizedTest
  @EnumSource(Verdict.class)
  void status_ofAVerdict_saysWhereTheVersionIsAndWhatIsInIt(Verdict verdict) {
    ProbeReport report =
        ProbeReport.newBuilder(Reports.report(1, 20, 0.1))
            .setUpdates(17)
            .setBaseModel("base")
            .build();
    AdapterVersion version =
        VersionStatuses.of(
            new Judgement(report, verdict, "why", null, report.getVersion(), null, null, null));
    if (CHANGING_NOTHING.contains(verdict)) {
      assertThat(version).isNull();
      return;
    }
    assertThat(version.getStatus())
        .isEqualTo(verdict == Verdict.PROMOTE ? VersionStatus.PROMOTED : VersionStatus.REJECTED);
    assertThat(version.getUri()).isEqualTo(report.getUri()).isNotEmpty();
    assertThat(version.getSha256()).isEqualTo(report.getSha256()).isNotEmpty();
    assertThat(version.getUpdates()).isEqualTo(17);
    assertThat(version.getBaseModel()).isEqualTo("base");
  }
}
