package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import org.junit.jupiter.api.Test;

class RestartAlertTest {

  private static final RestartAlert ALERT = new RestartAlert("helper", "docs/runbook.md");

  @Test
  void firing_namesJobCauseAndRunbook() {
    SafetyAlert firing = ALERT.firing(4, 3, "java.io.IOException: gone", 7);
    assertThat(firing.getStatus()).isEqualTo(AlertStatus.FIRING);
    assertThat(firing.getRule()).isEqualTo("restart-loop");
    assertThat(firing.getSeverity()).isEqualTo("critical");
    assertThat(firing.getValue()).isEqualTo(4);
    assertThat(firing.getThreshold()).isEqualTo(3);
    assertThat(firing.getStartsAt()).isEqualTo(7);
    assertThat(firing.getEndsAt()).isNull();
    assertThat(firing.getLabels()).containsEntry("job", "helper").containsEntry("adapter", "*");
    assertThat(firing.getAnnotations())
        .containsEntry("summary", "job helper restarts again and again: java.io.IOException: gone")
        .containsEntry("runbook_url", "docs/runbook.md#restart-loop");
  }

  @Test
  void resolved_isTheSameAlert() {
    SafetyAlert resolved = ALERT.resolved(3, 7, 9);
    assertThat(resolved.getStatus()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(resolved.getFingerprint()).isEqualTo(ALERT.firing(4, 3, "x", 7).getFingerprint());
    assertThat(resolved.getStartsAt()).isEqualTo(7);
    assertThat(resolved.getEndsAt()).isEqualTo(9);
  }

  @Test
  void fingerprint_ofAnotherJob_differs() {
    assertThat(new RestartAlert("other", "docs/runbook.md").resolved(3, 7, 9).getFingerprint())
        .isNotEqualTo(ALERT.resolved(3, 7, 9).getFingerprint());
  }
}
