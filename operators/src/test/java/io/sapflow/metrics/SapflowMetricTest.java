package io.sapflow.metrics;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.testing.GeneratedDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SapflowMetricTest {

  /** The packages of operators that are not named as they are. */
  private static final Map<String, String> PACKAGES =
      Map.of("tokenize", "tokens", "signals", "train", "prompts", "train", "webhook", "publish");

  private static final Pattern NAMED = Pattern.compile("Metrics: ([A-Za-z, ]+)\\.");

  @Test
  void table_inTheDocs_isTheEnum() {
    List<String> lines = new ArrayList<>();
    lines.add("| in a scrape | kind | labels | operator | what it is |");
    lines.add("|---|---|---|---|---|");
    for (SapflowMetric metric : SapflowMetric.values()) {
      lines.add(
          "| `%s` | %s | %s | %s | %s |"
              .formatted(
                  metric.scraped(),
                  metric.kind().name().toLowerCase(Locale.ROOT),
                  metric.labels().stream().map(Label::key).collect(joining(", ")),
                  String.join(", ", metric.operators()),
                  metric.meaning()));
    }
    GeneratedDocs.ofProject().hold("metrics.md", "metrics", lines);
  }

  @ParameterizedTest
  @EnumSource
  void metric_hasANameOfItsOwn_andSaysWhatItIs(SapflowMetric metric) {
    assertThat(metric.key()).matches("[a-z][A-Za-z]*");
    assertThat(metric.meaning()).matches("[A-Z][^|]*\\.");
    assertThat(SapflowMetric.values())
        .extracting(SapflowMetric::scraped)
        .containsOnlyOnce(metric.scraped());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokens", "train", "probe", "gate", "alert", "publish", "telemetry"})
  void package_namesTheMetricsThatItsOperatorsRegister(String name) throws IOException {
    Path file = Path.of("src/main/java/io/sapflow", name, "package-info.java");
    String text = Files.readString(file).replaceAll("\\s+\\*\\s+", " ");
    Matcher named = NAMED.matcher(text);
    assertThat(named.find()).as(text).isTrue();
    assertThat(named.group(1).split(", "))
        .containsExactlyInAnyOrder(
            Stream.of(SapflowMetric.values())
                .filter(
                    metric ->
                        metric.operators().stream()
                            .anyMatch(
                                operator -> PACKAGES.getOrDefault(operator, operator).equals(name)))
                .map(SapflowMetric::key)
                .distinct()
                .toArray(String[]::new));
  }
}
