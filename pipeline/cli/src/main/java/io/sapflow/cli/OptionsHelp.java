package io.sapflow.cli;

import io.sapflow.alert.Rule;
import io.sapflow.job.options.Option;
import io.sapflow.job.options.OptionGroup;
import io.sapflow.job.options.RuleOptions;
import io.sapflow.job.options.SapflowOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** The list of the job's options below the help of a command. */
final class OptionsHelp {

  private static final String SECTION = "jobOptions";

  private OptionsHelp() {}

  /** Adds it; nothing of it is made before somebody asks for the help. */
  static void addTo(CommandSpec spec) {
    List<String> sections = new ArrayList<>(spec.usageMessage().sectionKeys());
    sections.add(SECTION);
    spec.usageMessage().sectionKeys(sections);
    spec.usageMessage().sectionMap().put(SECTION, OptionsHelp::render);
  }

  private static String render(Help help) {
    StringBuilder text =
        new StringBuilder(String.format("%nOptions of the job, in the file or as -DKEY=VALUE:%n"));
    for (OptionGroup group : SapflowOptions.groups()) {
      Map<String, String> rows = new LinkedHashMap<>();
      group.options().forEach(option -> rows.put(option.key(), line(option)));
      add(text, help, group.title(), rows);
    }
    Map<String, String> rows = new LinkedHashMap<>();
    Rule any = Rule.values()[0];
    RuleOptions.of(any)
        .options()
        .forEach(option -> rows.put(option.key().replace(any.key(), "RULE"), option.description()));
    add(
        text,
        help,
        "Alert rules, RULE being any of "
            + Stream.of(Rule.values()).map(Rule::key).collect(Collectors.joining(", ")),
        rows);
    return text.toString();
  }

  private static void add(StringBuilder text, Help help, String title, Map<String, String> rows) {
    // A table's cells are format strings.
    rows.replaceAll((key, words) -> words.replace("%", "%%"));
    text.append(String.format("%n%s:%n", title)).append(help.createTextTable(rows));
  }

  private static String line(Option<?> option) {
    String facts =
        Stream.of(
                option.typeWords(),
                option.range(),
                option.byDefault().isEmpty() ? "" : "by default " + option.byDefault())
            .filter(words -> !words.isEmpty())
            .collect(Collectors.joining("; "));
    return option.description() + " (" + facts + ")";
  }
}
