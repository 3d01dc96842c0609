package io.sapflow.job.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.schema.Topics;
import io.sapflow.testing.GeneratedDocs;
import io.sapflow.testing.ProjectFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AccessListTest {

  private static JobSettings settings(String... further) {
    Map<String, String> options = new TreeMap<>();
    options.put("sapflow.job.name", "helper");
    options.put("sapflow.kafka.bootstrap-servers", "broker-1:9093");
    for (int i = 0; i < further.length; i += 2) {
      options.put(further[i], further[i + 1]);
    }
    return new JobSettings(ConfigFile.of(options));
  }

  private static List<String> words(List<Access> list) {
    return list.stream().map(Access::words).toList();
  }

  /** Rows of one list: what has operation and purpose in common stands in one. */
  private static List<String> rows(String who, List<Access> list) {
    Map<String, List<Access>> rows = new LinkedHashMap<>();
    for (Access access : list) {
      rows.computeIfAbsent(
              access.resource() + "|" + access.prefixed() + access.operation() + access.purpose(),
              key -> new ArrayList<>())
          .add(access);
    }
    return rows.values().stream()
        .map(
            row ->
                "| "
                    + who
                    + " | "
                    + row.get(0).operation()
                    + " | "
                    + row.get(0).kind()
                    + " "
                    + row.stream()
                        .map(each -> "`" + each.name() + "`")
                        .distinct()
                        .collect(Collectors.joining(", "))
                    + " | "
                    + row.get(0).purpose()
                    + " |")
        .toList();
  }

  @Test
  void page_hasTheListsOfTheCode() {
    JobSettings settings = settings();
    List<String> lines =
        new ArrayList<>(List.of("| who | operation | on | for |", "|---|---|---|---|"));
    lines.addAll(rows("the job", AccessList.ofJob(settings)));
    lines.addAll(rows("a producer", AccessList.ofProducer(Topics.EXAMPLES)));
    lines.addAll(
        rows(
            "a reader, `watch`",
            AccessList.ofReader(
                List.of(
                    Topics.ALERTS,
                    Topics.STEPS,
                    Topics.PROBES,
                    Topics.ADAPTERS,
                    Topics.QUARANTINE))));
    AccessList.ofPeople(settings)
        .forEach(
            (command, list) ->
                lines.addAll(rows("`" + command.replaceAll(" --topic.*", "") + "`", list)));
    GeneratedDocs.ofProject().hold("kafka.md", "access", lines);
  }

  @Test
  void access_inWords_namesOperationResourceAndPurpose() {
    assertThat(words(AccessList.ofJob(settings())))
        .contains(
            "WRITE on topic sapflow.steps.v1 (the job's sinks)",
            "READ on group helper (the job's offsets)",
            "WRITE on transactional id prefix sapflow-helper- (the job's sinks)",
            "WRITE on transactional id sapflow-writer (one writer)");
  }

  @Test
  void topicBoundToASource_isReadByTheJob_andSentTo() {
    JobSettings settings = settings("sapflow.sources.topics", "shop.examples:shop");
    assertThat(words(AccessList.ofJob(settings)))
        .contains("READ on topic shop.examples (the job's sources)");
    assertThat(words(AccessList.ofPeople(settings).get("send --topic shop.examples")))
        .contains("WRITE on topic shop.examples (examples)");
  }

  @Test
  void transactionalIdPrefix_thatIsSet_isTheOneOfTheList() {
    assertThat(
            words(AccessList.ofJob(settings("sapflow.kafka.transactional-id-prefix", "company"))))
        .contains("WRITE on transactional id prefix company- (the job's sinks)")
        .noneMatch(line -> line.contains("sapflow-helper"));
  }

  @Test
  void secondJob_hasItsGroupsAndTransactionalIdsOnTheClusterPage() {
    List<String> names =
        AccessList.ofJob(settings("sapflow.job.name", "second", "sapflow.topics.prefix", "second."))
            .stream()
            .filter(access -> access.resource() != ResourceType.TOPIC)
            .map(access -> "`" + access.name() + "`")
            .distinct()
            .toList();
    assertThat(names).contains("`sapflow-writer-second.steps.v1`");
    assertThat(ProjectFiles.read(ProjectFiles.root().resolve("docs/cluster.md"))).contains(names);
  }

  @Test
  void tasks_needAllThatTheJobNeeds_butToLookAtTopics() {
    List<Access> looks = new ArrayList<>(AccessList.ofJob(settings()));
    looks.removeAll(AccessList.ofTasks(settings()));
    assertThat(looks)
        .isNotEmpty()
        .allMatch(access -> access.operation() == AclOperation.DESCRIBE_CONFIGS);
  }
}
