package io.sapflow.scrape;

import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Names and labels in Prometheus' text format.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the format</a>
 */
final class MetricNames {

  private static final Pattern STRANGE = Pattern.compile("[^a-zA-Z0-9_]");

  private MetricNames() {}

  /** A part of a name, with _ for whatever may not stand in one. */
  static String filtered(String part) {
    return STRANGE.matcher(part).replaceAll("_");
  }

  /**
   * Labels, sorted, with commas between them.
   *
   * @param variables Flink's: each value under its name in angle brackets
   */
  static String labels(Map<String, String> variables) {
    Map<String, String> sorted = new TreeMap<>();
    variables.forEach((key, value) -> sorted.put(filtered(bare(key)), value));
    StringJoiner labels = new StringJoiner(",");
    sorted.forEach((key, value) -> labels.add(key + "=\"" + escaped(value) + "\""));
    return labels.toString();
  }

  private static String bare(String variable) {
    return variable.startsWith("<") && variable.endsWith(">")
        ? variable.substring(1, variable.length() - 1)
        : variable;
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
