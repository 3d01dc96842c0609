package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sapflow.alert.AlertAction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.job.options.RuleOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleOptionsTest {

  private static List<AlertRule> rules(Map<String, String> values) {
    return RuleOptions.read(ConfigFile.of(values));
  }

  @Test
  void defaults_putEveryRuleInForce() {
    assertThat(rules(Map.of()))
        .containsExactlyElementsOf(List.of(Rule.values()).stream().map(AlertRule::of).toList());
  }

  @Test
  void rule_isSetByItsName() {
    AlertRule rule =
        rules(
                Map.of(
                    "sapflow.alert.source-suspicious.threshold", "5",
                    "sapflow.alert.source-suspicious.hysteresis", "1",
                    "sapflow.alert.source-suspicious.for", "2 min",
                    "sapflow.alert.source-suspicious.severity", "critical",
                    "sapflow.alert.source-suspicious.action", "quarantine_source"))
            .stream()
            .filter(each -> each.rule() == Rule.SOURCE_SUSPICIOUS)
            .findFirst()
            .orElseThrow();
    assertThat(rule)
        .isEqualTo(
            new AlertRule(
                Rule.SOURCE_SUSPICIOUS,
                "critical",
                5,
                1,
                Duration.ofMinutes(2),
                AlertAction.QUARANTINE_SOURCE));
  }

  @Test
  void rule_thatIsNotEnabled_isNotInForce() {
    assertThat(rules(Map.of("sapflow.alert.drift.enabled", "false")))
        .extracting(AlertRule::rule)
        .doesNotContain(Rule.DRIFT)
        .hasSize(Rule.values().length - 1);
  }

  @Test
  void incident_waitsAWeekForAPerson_orForEver() {
    assertThat(new JobSettings(ConfigFile.of(Map.of())).incidentTimeout())
        .isEqualTo(Duration.ofDays(7));
    assertThat(
            new JobSettings(ConfigFile.of(Map.of("sapflow.alert.incident-timeout", "0 ms")))
                .incidentTimeout())
        .isNull();
  }

  @Test
  void keepFiring_isSixMinutes_forWhatWakesSomebody() {
    Map<String, Duration> kept =
        RuleOptions.readKeepFiring(
                ConfigFile.of(
                    Map.of(
                        "sapflow.alert.drift.severity", "info",
                        "sapflow.alert.regression.severity", "info",
                        "sapflow.alert.regression.keep-firing-for", "9 s")))
            .byRule();
    assertThat(kept)
        .hasSize(Rule.values().length)
        .containsEntry("incident", Duration.ZERO)
        .containsEntry("harmful-score", Duration.ofMinutes(6))
        .containsEntry("over-refusal", Duration.ofMinutes(6))
        .containsEntry("drift", Duration.ZERO)
        .containsEntry("regression", Duration.ofSeconds(9));
  }

  @Test
  void threshold_belowTheDefaultHysteresis_takesItAlong() {
    assertThat(rules(Map.of("sapflow.alert.probe-overdue.threshold", "2")))
        .filteredOn(rule -> rule.rule() == Rule.PROBE_OVERDUE)
        .extracting(AlertRule::hysteresis)
        .containsExactly(2.0);
  }

  @Test
  void impossibleValues_areRefusedByTheirKey() {
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drift.threshold", "-1")))
        .hasMessage("sapflow.alert.drift.threshold: found -1.0, expected 0 or more");
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drift.threshold", "much")))
        .hasMessage("sapflow.alert.drift.threshold: found much, expected a number");
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drift.severity", "loud")))
        .hasMessage("sapflow.alert.drift.severity: found loud, expected critical, warning or info");
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drift.action", "quarantine_source")))
        .hasMessage(
            "sapflow.alert.drift.action: found quarantine_source, expected none or pause: its alert"
                + " names no source");
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drift.action", "shout")))
        .hasMessage(
            "sapflow.alert.drift.action: found shout, expected none or pause or quarantine_source");
  }

  @Test
  void ruleOfNoName_isRefusedWithTheNearest() {
    assertThatThrownBy(() -> rules(Map.of("sapflow.alert.drit.threshold", "1")))
        .hasMessageContaining("sapflow.alert.drit.threshold")
        .hasMessageContaining("sapflow.alert.drift.threshold");
  }

  @Test
  void rules_asTheyStandInAFile(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            sapflow:
              alert:
                harmful-score: {threshold: 0.05, hysteresis: 0.01}
                source-suspicious: {for: 2 min, action: quarantine_source}
                drift: {enabled: false}
            """);
    List<AlertRule> rules = RuleOptions.read(ConfigFile.read(file, Map.of()));
    assertThat(rules).extracting(AlertRule::rule).doesNotContain(Rule.DRIFT);
    assertThat(rules.get(0).threshold()).isEqualTo(0.05);
    assertThat(rules)
        .filteredOn(rule -> rule.rule() == Rule.SOURCE_SUSPICIOUS)
        .extracting(AlertRule::duration, AlertRule::action)
        .containsExactly(tuple(Duration.ofMinutes(2), AlertAction.QUARANTINE_SOURCE));
  }
}
