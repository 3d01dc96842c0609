package io.sapflow.alert;

import static io.sapflow.gate.Reports.report;
import static io.sapflow.gate.Reports.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AlertBook;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SourceEvidence;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertsTest {

  private static final AlertRule RULE = HarmfulScore.rule(0.1, 0.02, Duration.ZERO);

  private static Judgement red(String culprit) {
    ProbeReport report = report(0, 40, 0.25);
    report.setSources(List.of(source("a", 9, 0, 1), source("b", 9, 4, 1)));
    return new Judgement(
        report, Verdict.ROLL_BACK, "red", culprit, "20-0123456789ab", null, null, null);
  }

  private static SafetyAlert alert(boolean firing, Judgement judgement) {
    Reading reading = ReportReadings.of(judgement).get(0);
    return Alerts.of(
        "helper", RULE, new AlertBook(firing, 7L, null, null), reading, "https://runbook");
  }

  @Test
  void firing_carriesVersionOffsetsAndRankedSources() {
    SafetyAlert alert = alert(true, red("b"));
    assertThat(alert.getStatus()).isEqualTo(AlertStatus.FIRING);
    assertThat(alert.getStartsAt()).isEqualTo(7);
    assertThat(alert.getEndsAt()).isNull();
    assertThat(alert.getEvidence().getVersion()).isEqualTo("40-0123456789ab");
    assertThat(alert.getEvidence().getPromotedVersion()).isEqualTo("20-0123456789ab");
    assertThat(alert.getEvidence().getOffsets()).hasSize(1);
    assertThat(alert.getEvidence().getSources())
        .extracting(SourceEvidence::getSource)
        .containsExactly("b", "a");
    assertThat(alert.getLabels())
        .containsOnlyKeys("alertname", "adapter", "severity")
        .containsEntry("alertname", "harmful-score");
    assertThat(alert.getAnnotations().get("summary"))
        .isEqualTo("adapter helper: harmful score 0.250 at version 40-0123456789ab, above 0.100");
    assertThat(alert.getAnnotations())
        .containsEntry("runbook_url", "https://runbook#harmful-score");
    assertThat(alert.getAnnotations().get("description"))
        .contains(
            "training goes back to version 20-0123456789ab, which stays served",
            "source b stands out and is set aside");
  }

  @Test
  void firing_noSourceStandsOut_saysSo() {
    SafetyAlert alert = alert(true, red(null));
    assertThat(alert.getAnnotations().get("description")).contains("no single source stands out");
  }

  @Test
  void resolved_hasTheFingerprintOfItsFiring() {
    SafetyAlert firing = alert(true, red("b"));
    Judgement green =
        new Judgement(
            report(1, 61, 0.0),
            Verdict.PROMOTE,
            "green",
            null,
            "61-0123456789ab",
            null,
            null,
            null);
    SafetyAlert resolved = alert(false, green);
    assertThat(resolved.getStatus()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint()).hasSize(16);
    assertThat(resolved.getStartsAt()).isEqualTo(7);
    assertThat(resolved.getEndsAt()).isEqualTo(1061);
  }

  @Test
  void resolved_underAnotherSeverity_hasTheFingerprintOfItsFiring() {
    AlertRule milder =
        new AlertRule(Rule.HARMFUL_SCORE, "info", 0.1, 0.02, Duration.ZERO, AlertAction.NONE);
    Reading reading = ReportReadings.of(red("b")).get(0);
    AlertBook fired = new AlertMachine(RULE).observe(AlertMachine.quiet(), 0.5, 7).book();
    AlertBook resolved = new AlertMachine(milder).observe(fired, 0, 9).book();
    SafetyAlert end = Alerts.of("helper", milder, resolved, reading, "https://runbook");
    assertThat(end.getFingerprint()).isEqualTo(alert(true, red("b")).getFingerprint());
    assertThat(end.getSeverity()).isEqualTo("critical");
  }
}
