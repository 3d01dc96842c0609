package io.sapflow.job.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.alert.Rule;
import io.sapflow.testing.GeneratedDocs;
import io.sapflow.testing.ProjectFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final String PAGE = "configuration.md";

  private final GeneratedDocs docs = GeneratedDocs.ofProject();

  @Test
  void page_ofOptions_isCurrent() {
    List<String> lines = new ArrayList<>();
    for (OptionGroup group : SapflowOptions.groups()) {
      lines.add("### " + group.title());
      lines.add("");
      header(lines, "key", "type", "default", "range", "what it does");
      group.options().forEach(option -> row(lines, option, option.key(), option.byDefault()));
      lines.add("");
    }
    lines.remove(lines.size() - 1);
    docs.hold(PAGE, "options", lines);
  }

  @Test
  void page_ofAlertRules_isCurrent() {
    List<String> lines = new ArrayList<>();
    header(lines, "key", "type", "default", "range", "what it does");
    Rule any = Rule.values()[0];
    for (Option<?> option : RuleOptions.of(any).options()) {
      boolean ofRule = RuleOptions.of(any).byRule().contains(option);
      row(
          lines,
          option,
          option.key().replace(any.key(), "RULE"),
          ofRule ? "by rule" : option.byDefault());
    }
    lines.add("");
    header(lines, "RULE", "threshold", "hysteresis", "severity");
    for (Rule rule : Rule.values()) {
      lines.add(
          RuleOptions.of(rule).byRule().stream()
              .map(option -> "`" + option.byDefault() + "`")
              .collect(Collectors.joining(" | ", "| `" + rule.key() + "` | ", " |")));
    }
    docs.hold(PAGE, "alert rules", lines);
  }

  @Test
  void page_ofVariables_isCurrent() {
    docs.hold(PAGE, "environment", variables(Variables.environment()));
    docs.hold(PAGE, "properties", variables(Variables.properties()));
  }

  @Test
  void page_namesEveryOption() {
    String page = ProjectFiles.read(ProjectFiles.root().resolve("docs/" + PAGE));
    assertThat(SapflowOptions.all().keySet())
        .allSatisfy(key -> assertThat(page).contains("`" + anyRule(key) + "`"));
  }

  private static String anyRule(String key) {
    for (Rule rule : Rule.values()) {
      String prefix = RuleOptions.PREFIX + rule.key() + ".";
      if (key.startsWith(prefix)) {
        return RuleOptions.PREFIX + "RULE." + key.substring(prefix.length());
      }
    }
    return key;
  }

  private static List<String> variables(List<Variable> variables) {
    List<String> lines = new ArrayList<>();
    header(lines, "name", "where", "what it does");
    for (Variable variable : variables) {
      lines.add(
          "| `"
              + variable.name()
              + "` | "
              + variable.where()
              + " | "
              + variable.description()
              + " |");
    }
    return lines;
  }

  private static void header(List<String> lines, String... columns) {
    lines.add("| " + String.join(" | ", columns) + " |");
    lines.add("|" + "---|".repeat(columns.length));
  }

  private static void row(List<String> lines, Option<?> option, String key, String byDefault) {
    lines.add(
        "| `"
            + key
            + "` | "
            + option.typeWords()
            + " | "
            + (byDefault.isEmpty() || byDefault.equals("by rule")
                ? byDefault
                : "`" + byDefault + "`")
            + " | "
            + option.range()
            + " | "
            + option.description().replace("|", "\\|")
            + " |");
  }
}
