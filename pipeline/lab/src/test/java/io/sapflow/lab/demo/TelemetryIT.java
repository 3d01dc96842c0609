package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.TelemetryOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Tally;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import io.sapflow.testing.OtlpCollector;
import io.sapflow.toy.ToyModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo's incident, heard by a collector that is down at first, with a restart in it. */
@Timeout(240)
class TelemetryIT {

  private static final DemoStream.Size SHORT = new DemoStream.Size(400, 600, 0.9);
  private static final long SEED = 5;
  private static final Duration SOON = Duration.ofSeconds(20);

  /** Keeps records, has the job restart at the first harmful version, and the collector work. */
  private record Watcher(LocalRun run, OtlpCollector collector, List<SpecificRecord> records)
      implements DemoView {
    @Override
    public void phase(String text) {}

    @Override
    public void heard(SpecificRecord record) {
      boolean harmful = isA(record, VersionStatus.REJECTED);
      if (harmful && records.stream().noneMatch(one -> isA(one, VersionStatus.REJECTED))) {
        run.cluster().startTaskManager();
        run.cluster().terminateTaskManager(0);
        collector.answer(0, "");
      }
      records.add(record);
    }

    @Override
    public void update(Tally tally, int sent) {}

    @Override
    public void close() {}
  }

  private static boolean isA(SpecificRecord record, VersionStatus status) {
    return record instanceof AdapterVersion version && version.getStatus() == status;
  }

  private static String attribute(JsonNode of, String key) {
    return String.valueOf(OtlpCollector.attributes(of).get(key));
  }

  /** Without what was told twice, in the order of first hearing. */
  private static Collection<JsonNode> once(List<JsonNode> told, boolean spans) {
    Map<String, JsonNode> byId = new LinkedHashMap<>();
    for (JsonNode each : told) {
      String id = spans ? each.get("spanId").asText() : attribute(each, "log.record.uid");
      JsonNode before = byId.putIfAbsent(id, each);
      assertThat(before == null || before.equals(each)).as("%s, %s", before, each).isTrue();
    }
    return byId.values();
  }

  @Test
  void incident_isEventsAndOneTrace() throws Exception {
    List<SpecificRecord> records = new CopyOnWriteArrayList<>();
    try (OtlpCollector collector = new OtlpCollector()) {
      collector.answer(503, "not yet");
      try (WorkDirectory work = WorkDirectory.create();
          LocalRun run = LocalRun.start(work, 1)) {
        Configuration configuration =
            run.complete(
                DemoSettings.configuration(
                    ToyModel.unpack(work.path()),
                    SEED,
                    "sap",
                    false,
                    Map.of(
                        TelemetryOptions.ENDPOINT.key(),
                        collector.url().toString(),
                        JobOptions.ENVIRONMENT.key(),
                        "staging")));
        new Demo(SEED, new DemoStream(SEED, SHORT), new Watcher(run, collector, records))
            .run(run, configuration);
        collector.await(
            () ->
                collector.spans().stream()
                    .anyMatch(span -> span.get("name").asText().equals("sapflow.incident")),
            SOON);
      }
      assertThat(collector.faults()).isEmpty();
      assertThat(collector.resource())
          .containsEntry("service.name", "sapflow")
          .containsEntry("deployment.environment.name", "staging");
      assertEvents(once(collector.logs(), false), records);
      assertTrace(once(collector.spans(), true));
    }
  }

  /**
   * Each version that the topics call promoted or rejected has its event, and no answer is told.
   */
  private static void assertEvents(Collection<JsonNode> events, List<SpecificRecord> records) {
    assertThat(events)
        .extracting(event -> event.get("eventName").asText())
        .containsOnly("gen_ai.evaluation.result");
    for (Map.Entry<String, VersionStatus> label :
        Map.of("pass", VersionStatus.PROMOTED, "fail", VersionStatus.REJECTED).entrySet()) {
      Set<String> versions = new LinkedHashSet<>();
      records.stream()
          .filter(record -> isA(record, label.getValue()))
          .forEach(record -> versions.add(((AdapterVersion) record).getVersion()));
      Set<String> told = new LinkedHashSet<>();
      events.stream()
          .filter(event -> attribute(event, "gen_ai.evaluation.score.label").equals(label.getKey()))
          .forEach(event -> told.add(attribute(event, "sapflow.version")));
      assertThat(told).isNotEmpty().isEqualTo(versions);
    }
    assertThat(events.toString()).doesNotContain("zorble");
  }

  private static void assertTrace(Collection<JsonNode> spans) {
    List<JsonNode> roots =
        spans.stream()
            .filter(span -> span.get("name").asText().equals("sapflow.incident"))
            .toList();
    assertThat(roots).hasSize(1);
    JsonNode root = roots.get(0);
    assertThat(spans).extracting(span -> span.get("traceId")).containsOnly(root.get("traceId"));
    List<String> order = new ArrayList<>();
    for (JsonNode span : spans) {
      order.add(span.get("name").asText());
      assertThat(span.get("startTimeUnixNano").asLong())
          .isBetween(root.get("startTimeUnixNano").asLong(), root.get("endTimeUnixNano").asLong());
      if (order.get(order.size() - 1).equals("sapflow.incident.rollback")) {
        assertThat(span.get("endTimeUnixNano").asLong())
            .as("a rollback takes time")
            .isGreaterThan(span.get("startTimeUnixNano").asLong());
      }
    }
    assertThat(order)
        .startsWith("sapflow.incident.detect", "sapflow.incident.hold", "sapflow.incident.rollback")
        .endsWith("sapflow.incident.recover", "sapflow.incident");
    assertThat(attribute(root, "sapflow.source")).isEqualTo(DemoStream.POISONED);
    assertThat(attribute(root, "messaging.destination.name")).isEqualTo("sapflow.examples.v1");
    // The poisoned source joins behind as many records; its first slice may hold some before it.
    assertThat(Long.parseLong(attribute(root, "messaging.kafka.offset")))
        .isBetween(SHORT.before() * 3L / 4, SHORT.before() + SHORT.after() / 2L);
  }
}
