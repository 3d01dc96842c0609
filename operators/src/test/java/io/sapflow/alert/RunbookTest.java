package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.metrics.SapflowMetric;
import io.sapflow.testing.ProjectFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The runbook has a section for each alert, to which its runbook_url leads. */
class RunbookTest {

  private static final List<String> PARTS =
      List.of(
          "**Means.**",
          "**Done already.**",
          "**PromQL.**\n\n    ",
          "**Look.**",
          "**Do.**",
          "**Resolves**");

  private static final Pattern METRIC =
      Pattern.compile("flink_taskmanager_job_task_operator_(sapflow\\w*)");
  private static final Pattern LABEL = Pattern.compile("\\{rule=\"([a-z-]+)\"\\}");

  /** What stands below each heading of the second level. */
  private static Map<String, String> sections() {
    String page = ProjectFiles.read(ProjectFiles.root().resolve("docs/runbook.md"));
    return Arrays.stream(page.split("(?m)^## "))
        .collect(Collectors.toMap(part -> part.lines().findFirst().orElse(""), part -> part));
  }

  static List<String> alerts() {
    return Stream.concat(Arrays.stream(Rule.values()).map(Rule::key), Stream.of(RestartAlert.RULE))
        .toList();
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void alert_hasASection_withEveryPartInItsOrder(String alert) {
    assertThat(sections()).containsKey(alert);
    String section = sections().get(alert);
    assertThat(section).containsSubsequence(PARTS);
    assertThat(found(LABEL, section)).allMatch(alert::equals);
  }

  @Test
  void promQl_namesMetricsThatThereAre() {
    List<String> scraped =
        Arrays.stream(SapflowMetric.values()).map(SapflowMetric::scraped).toList();
    List<String> named =
        sections().values().stream().flatMap(section -> found(METRIC, section).stream()).toList();
    assertThat(named).hasSizeGreaterThan(Rule.values().length);
    assertThat(scraped).containsAll(named);
  }
}
