package io.sapflow.job.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.TopicNames;
import io.sapflow.telemetry.IncidentSpan;
import io.sapflow.telemetry.OwnName;
import io.sapflow.testing.ProjectFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every key that a message or a page names is one. */
class KeysInTextsTest {

  private static final Pattern KEY = Pattern.compile("(?<![\\w./$-])sapflow\\.[a-z][a-z0-9._-]*");
  private static final Pattern NO_TEXT = Pattern.compile("\\s*(import |package |//|/\\*|\\*)");
  private static final Pattern VARIABLE = Pattern.compile("\"(SAPFLOW_[A-Z_]+)\"");

  /** What begins like an option and is something else. */
  private static final Set<String> OTHERS =
      Set.of(
          "sapflow.log", // the file of a run
          "sapflow.rest.hosts", // this and the next: a JobManager's, for the guard in its lib/
          "sapflow.rest.secret-file",
          "sapflow.replayed-from", // a header of records
          "sapflow.start.later-orders-only", // this and the next: what a start tells the job itself
          "sapflow.start.line",
          "sapflow.docs.write"); // a property of the tests

  @Test
  void key_inASource_exists() {
    List<Path> sources = ProjectFiles.mainSources();
    assertThat(sources).hasSizeGreaterThan(300);
    assertThat(faults(sources, true)).isEmpty();
  }

  @Test
  void key_onAPage_exists() {
    assertThat(faults(ProjectFiles.pages(), false)).isEmpty();
  }

  @Test
  void key_thatDoesNotExist_isFound() {
    String line = "\"found 7, expected at most 6 (sapflow.ingest.max-turn)\"";
    assertThat(unknown(line)).containsExactly("sapflow.ingest.max-turn");
    assertThat(unknown("(sapflow.ingest.max-turns)")).isEmpty();
    assertThat(unknown("\"sapflow.alert.\" + rule.key(), sapflow.alert.RULE.for")).isEmpty();
    assertThat(unknown("\"sapflow.alarm.\" + rule.key()")).containsExactly("sapflow.alarm.");
  }

  @Test
  void variable_inASource_isDeclared() {
    Set<String> declared =
        Variables.environment().stream().map(Variable::name).collect(Collectors.toSet());
    Set<String> found = new TreeSet<>();
    for (Path source : ProjectFiles.mainSources()) {
      Matcher variable = VARIABLE.matcher(ProjectFiles.read(source));
      while (variable.find()) {
        found.add(variable.group(1));
      }
    }
    assertThat(found)
        .isNotEmpty()
        .allSatisfy(
            name -> assertThat(declared).anyMatch(each -> each.matches(name + "(SOURCE)?")));
  }

  private static List<String> faults(List<Path> files, boolean java) {
    return files.stream()
        .flatMap(
            file ->
                ProjectFiles.read(file)
                    .lines()
                    .filter(line -> !java || !NO_TEXT.matcher(line).lookingAt())
                    .flatMap(line -> unknown(line).stream())
                    .map(key -> ProjectFiles.root().relativize(file) + ": " + key))
        .toList();
  }

  private static List<String> unknown(String line) {
    return KEY.matcher(line)
        .results()
        .map(found -> found.group())
        .filter(key -> !exists(key))
        .toList();
  }

  private static boolean exists(String text) {
    Set<String> known = known();
    String key = text.replaceAll("\\.$", "").replaceAll("(\\.v[0-9]+)-[0-9]+$", "$1");
    return known.contains(key) || known.stream().anyMatch(each -> each.startsWith(key + "."));
  }

  private static Set<String> known() {
    Set<String> known = new HashSet<>(SapflowOptions.all().keySet());
    Variables.properties().forEach(property -> known.add(property.name()));
    known.addAll(TopicNames.DEFAULT.all());
    known.addAll(OTHERS);
    Arrays.stream(OwnName.values()).map(OwnName::key).forEach(known::add);
    Arrays.stream(IncidentSpan.values()).map(IncidentSpan::title).forEach(known::add);
    return known;
  }
}
