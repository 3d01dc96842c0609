package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.alert.Rule;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.testing.ProjectFiles;
import io.sapflow.testing.Prometheus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rules and panels, by Prometheus' own tool and against what they point to. */
class ObservabilityFilesTest {

  private static final String RUNBOOK = "docs/runbook.md#";
  private static final int LEAST_PANELS = 12;

  private static String tool(String... arguments) throws Exception {
    String missing = Prometheus.missing();
    assumeTrue(missing == null, missing);
    return Prometheus.tool(List.of(arguments));
  }

  private static String file(String name) {
    return Prometheus.files().resolve(name).toString();
  }

  @Test
  void promtool_checksConfigurationAndRules() throws Exception {
    assertThat(tool("check", "config", file("prometheus.yml"))).startsWith("0 ");
    assertThat(tool("check", "rules", file("rules/recording.yml"), file("rules/alerts.yml")))
        .startsWith("0 ");
  }

  @Test
  void promtool_testsRules() throws Exception {
    assertThat(tool("test", "rules", file("tests/alerts_test.yml"))).startsWith("0 ");
  }

  @Test
  void alert_isTested_firingAndNot() throws Exception {
    Set<String> firing = new TreeSet<>();
    Set<String> still = new TreeSet<>();
    for (JsonNode test : ObservabilityFiles.read("tests/alerts_test.yml").get("tests")) {
      for (JsonNode look : test.get("alert_rule_test")) {
        (look.get("exp_alerts").isEmpty() ? still : firing).add(look.get("alertname").asText());
      }
    }
    Set<String> all = new TreeSet<>();
    ObservabilityFiles.alerts().forEach(alert -> all.add(alert.get("alert").asText()));
    assertThat(firing).isEqualTo(all);
    // The margin's stillness is that of other adapters in the same test.
    still.addAll(List.of("SapflowSafetyMargin"));
    assertThat(still).isEqualTo(all);
  }

  @Test
  void alert_hasSeveritySummaryAndASectionInTheRunbook() throws Exception {
    Set<String> sections =
        ProjectFiles.read(ProjectFiles.root().resolve(Path.of("docs", "runbook.md")))
            .lines()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT).replace(' ', '-'))
            .collect(Collectors.toSet());
    assertThat(sections).containsAll(Arrays.stream(Rule.values()).map(Rule::key).toList());
    for (JsonNode alert : ObservabilityFiles.alerts()) {
      String name = alert.get("alert").asText();
      assertThat(name).startsWith("Sapflow");
      assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
      assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
      String runbook = alert.at("/annotations/runbook_url").asText();
      assertThat(runbook).startsWith(RUNBOOK);
      assertThat(sections).contains(name.toLowerCase(Locale.ROOT));
      assertThat(runbook.substring(RUNBOOK.length()))
          .isIn(name.toLowerCase(Locale.ROOT), "{{ $labels.rule }}");
    }
  }

  @Test
  void panel_isAQuestion_andThereAreTwelveOrMore() throws Exception {
    List<String> titles = new ArrayList<>();
    ObservabilityFiles.panels().forEach(panel -> titles.add(panel.get("title").asText()));
    assertThat(titles)
        .hasSizeGreaterThanOrEqualTo(LEAST_PANELS)
        .doesNotHaveDuplicates()
        .allMatch(title -> title.endsWith("?"));
  }

  @Test
  void names_areDeclared_asMetricsOrAsRecordingRules() throws Exception {
    String ours = "flink_taskmanager_job_task_operator_sapflow_";
    Set<String> declared =
        Arrays.stream(SapflowMetric.values())
            .map(metric -> "flink_taskmanager_job_task_operator_" + metric.scraped())
            .collect(Collectors.toSet());
    assertThat(ObservabilityFiles.scraped().stream().filter(name -> name.startsWith(ours)))
        .hasSizeGreaterThan(LEAST_PANELS)
        .allMatch(declared::contains);
    Set<String> recorded = new TreeSet<>();
    ObservabilityFiles.recording().forEach(rule -> recorded.add(rule.get("record").asText()));
    assertThat(recorded)
        .allMatch(name -> name.contains("sapflow"))
        .containsAll(ObservabilityFiles.recorded());
  }
}
