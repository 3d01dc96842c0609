package io.sapflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sapflow.testing.Prometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What deploy/observability says: rules, panels and the metrics that they name. */
final class ObservabilityFiles {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern SCRAPED = Pattern.compile("\\bflink_[A-Za-z0-9_]+");
  private static final Pattern RECORDED = Pattern.compile("\\b(job|adapter):[a-z0-9_:]+");

  private ObservabilityFiles() {}

  /** A file of the directory. */
  static JsonNode read(String name) throws IOException {
    Path file = Prometheus.files().resolve(name);
    return YAML.readTree(file.toFile());
  }

  private static List<JsonNode> rules(String file) throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    read(file).get("groups").forEach(group -> group.get("rules").forEach(rules::add));
    return rules;
  }

  /** The rules that record. */
  static List<JsonNode> recording() throws IOException {
    return rules("rules/recording.yml");
  }

  /** The rules that alert. */
  static List<JsonNode> alerts() throws IOException {
    return rules("rules/alerts.yml");
  }

  /** The dashboard's panels. */
  static List<JsonNode> panels() throws IOException {
    List<JsonNode> panels = new ArrayList<>();
    read("grafana/dashboards/sapflow.json").get("panels").forEach(panels::add);
    return panels;
  }

  private static List<String> expressions() throws IOException {
    List<String> all = new ArrayList<>();
    for (JsonNode rule : recording()) {
      all.add(rule.get("expr").asText());
    }
    for (JsonNode rule : alerts()) {
      all.add(rule.get("expr").asText());
    }
    for (JsonNode panel : panels()) {
      panel.get("targets").forEach(target -> all.add(target.get("expr").asText()));
    }
    return all;
  }

  /** Names in a scrape that any rule or panel asks for. */
  static Set<String> scraped() throws IOException {
    return named(SCRAPED);
  }

  /** Names of recorded series that any rule or panel asks for. */
  static Set<String> recorded() throws IOException {
    return named(RECORDED);
  }

  private static Set<String> named(Pattern pattern) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String expression : expressions()) {
      Matcher found = pattern.matcher(expression);
      while (found.find()) {
        names.add(found.group());
      }
    }
    return names;
  }
}
