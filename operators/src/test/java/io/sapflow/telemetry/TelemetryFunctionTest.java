package io.sapflow.telemetry;

import static io.sapflow.gate.Reports.version;
import static io.sapflow.telemetry.Incident.settings;
import static io.sapflow.telemetry.Incident.time;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.metrics.RegisteredMetrics;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.testing.OtlpCollector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The function in Flink's harness, with a collector on loopback. */
@Timeout(60)
class TelemetryFunctionTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** A function in its harness, whose clock the test moves. */
  private static final class Telling implements AutoCloseable {
    final RegisteredMetrics metrics = new RegisteredMetrics();
    final KeyedOneInputStreamOperatorTestHarness<String, Seen, Void> harness;

    Telling(TelemetrySettings settings, OperatorSubtaskState restored) throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new KeyedProcessOperator<>(new TelemetryFunction(settings)),
              Seen::adapterId,
              Types.STRING,
              new MockEnvironmentBuilder().setMetricGroup(metrics.task()).build());
      harness.setup();
      if (restored != null) {
        harness.initializeState(restored);
      }
      harness.open();
    }

    void see(long second, Seen seen) throws Exception {
      harness.setProcessingTime(time(second));
      harness.processElement(seen, 0);
    }

    /** The incident up to its rollback. */
    void untilRollback() throws Exception {
      see(41, Seen.of(Incident.good(0, 40)));
      see(45, Incident.step(45));
      see(60, Incident.step(60));
      see(61, Seen.of(Incident.harmful(60)));
      see(62, Incident.rollback(62));
    }

    void recovered() throws Exception {
      see(81, Seen.of(Incident.good(1, 80)));
    }

    OperatorSubtaskState snapshot(long id) throws Exception {
      return harness.snapshot(id, id);
    }

    void commit(long id) throws Exception {
      harness.snapshot(id, id);
      harness.notifyOfCompletedCheckpoint(id);
    }

    double count(String metric) {
      return metrics.value("sapflow." + metric);
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }

  private static void await(OtlpCollector collector, BooleanSupplier condition) throws Exception {
    collector.await(condition, SOON);
    assertThat(collector.faults()).isEmpty();
  }

  private static List<String> ids(OtlpCollector collector) {
    List<String> ids = new ArrayList<>();
    for (JsonNode log : collector.logs()) {
      ids.add(OtlpCollector.attributes(log).get("log.record.uid").toString());
    }
    for (JsonNode span : collector.spans()) {
      ids.add(span.get("traceId").asText() + "/" + span.get("spanId").asText());
    }
    return ids;
  }

  @Test
  void incident_isToldOnceItIsCommitted() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      telling.untilRollback();
      telling.snapshot(1);
      telling.recovered();
      Thread.sleep(100);
      assertThat(collector.posts()).as("nothing is committed").isEmpty();
      telling.harness.notifyOfCompletedCheckpoint(1);
      await(collector, () -> collector.spans().size() == 3 && collector.logs().size() == 2);
      telling.commit(2);
      await(collector, () -> collector.spans().size() == 5 && collector.logs().size() == 3);
      assertThat(collector.spans())
          .extracting(span -> span.get("name").asText())
          .containsExactly(
              IncidentSpan.DETECT.title(),
              IncidentSpan.HOLD.title(),
              IncidentSpan.ROLLBACK.title(),
              IncidentSpan.RECOVER.title(),
              IncidentSpan.INCIDENT.title());
      assertThat(collector.logs())
          .extracting(log -> log.path("traceId").asText())
          .containsExactly(
              "",
              collector.spans().get(0).get("traceId").asText(),
              collector.spans().get(0).get("traceId").asText());
      assertThat(collector.resource())
          .containsEntry("service.name", "safety")
          .containsEntry("service.version", "0.1.0")
          .containsEntry("deployment.environment.name", "staging")
          .containsEntry("sapflow.job", "helper-job");
      await(collector, () -> telling.count("telemetrySent") == 8);
      assertThat(telling.count("telemetryDropped")).isZero();
    }
  }

  @Test
  void restart_tellsWhatWasNotTaken_andWhatIsUnderWay_underTheSameIds() throws Exception {
    List<String> whole;
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      telling.untilRollback();
      telling.recovered();
      telling.commit(1);
      await(collector, () -> ids(collector).size() == 8);
      whole = ids(collector);
    }
    OperatorSubtaskState state;
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      collector.answer(503, "starting");
      telling.untilRollback();
      telling.commit(1);
      await(collector, () -> !collector.posts().isEmpty());
      state = telling.snapshot(2);
      telling.see(70, Seen.of(Incident.harmful(70))); // Is undone by the restart.
    }
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), state)) {
      await(collector, () -> ids(collector).size() == 5);
      telling.recovered();
      telling.commit(3);
      await(collector, () -> ids(collector).size() == 8);
      assertThat(ids(collector)).containsExactlyInAnyOrderElementsOf(whole);
      await(collector, () -> telling.count("telemetrySent") == 8);
      OperatorSubtaskState later = telling.snapshot(4);
      telling.close();
      try (Telling again = new Telling(settings(collector.url()), later)) {
        again.commit(5);
        Thread.sleep(100);
        assertThat(ids(collector)).as("what was taken is not told again").hasSize(8);
      }
    }
  }

  @Test
  void collector_downAndBack_isToldAll_andHoldsNothingUp() throws Exception {
    OtlpCollector before = new OtlpCollector();
    int port = before.url().getPort();
    before.close();
    try (Telling telling = new Telling(settings(before.url()), null)) {
      telling.untilRollback();
      telling.commit(1);
      telling.recovered();
      telling.commit(2);
      try (OtlpCollector collector = new OtlpCollector(port)) {
        await(collector, () -> ids(collector).size() == 8);
        assertThat(telling.count("telemetryDropped")).isZero();
      }
    }
  }

  @Test
  void collector_thatStaysDown_isGivenUp_andCounted() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url(), Duration.ofMillis(1)), null)) {
      collector.answer(429, "");
      telling.untilRollback();
      telling.commit(1);
      collector.await(() -> telling.count("telemetryDropped") == 5, SOON);
      assertThat(telling.count("telemetrySent")).isZero();
      collector.answer(0, "");
      telling.recovered();
      telling.commit(2);
      await(collector, () -> ids(collector).size() == 3);
    }
  }

  @Test
  void collector_thatRefuses_isNotAskedAgain() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      collector.answer(400, "no such field");
      telling.untilRollback();
      telling.commit(1);
      collector.await(() -> telling.count("telemetryDropped") == 5, SOON);
      assertThat(collector.posts()).containsExactlyInAnyOrder("/v1/logs null", "/v1/traces null");
    }
  }

  @Test
  void collector_thatTakesAPart_saysSo() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      collector.answer(
          200, "{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"too old\"}}");
      telling.untilRollback();
      telling.commit(1);
      collector.await(() -> telling.count("telemetryDropped") == 2, SOON);
      collector.await(() -> telling.count("telemetrySent") == 3, SOON);
    }
  }

  @Test
  void collector_thatTakesTracesAlone_isToldThose() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url().resolve("/half")), null)) {
      collector.answerAt("/half/v1/logs", 404);
      telling.untilRollback();
      telling.commit(1);
      await(collector, () -> telling.count("telemetrySent") == 3);
      assertThat(collector.spans()).hasSize(3);
      assertThat(collector.logs()).isEmpty();
    }
  }

  @Test
  void more_thanTheBound_dropsTheOldest() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      for (int i = 0; i < OtlpSender.MOST_ITEMS + 3; i++) {
        telling.see(i, Seen.of(Incident.good(0, i)));
      }
      assertThat(telling.count("telemetryDropped")).isEqualTo(3);
      telling.commit(1);
      await(collector, () -> collector.logs().size() == OtlpSender.MOST_ITEMS);
      assertThat(OtlpCollector.attributes(collector.logs().get(0)))
          .containsEntry("sapflow.step", 3L);
    }
  }

  @Test
  void more_thanTheBoundOfBothTogether_waitsForTheCheckpoint() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      for (int i = 0; i < OtlpSender.MOST_ITEMS; i++) {
        telling.see(i, Seen.of(Incident.harmful(i)));
      }
      assertThat(telling.count("telemetryDropped")).isZero();
      telling.commit(1);
      await(collector, () -> ids(collector).size() == 2 * OtlpSender.MOST_ITEMS);
    }
  }

  @Test
  void answers_forAdaptersThatThereAreNoneOf_areNotRemembered() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      telling.see(1, Seen.of(answer("made-up-1")));
      telling.see(2, Seen.of(answer("made-up-2")));
      assertThat(telling.harness.numKeyedStateEntries()).isZero();
      telling.see(3, Incident.step(3));
      assertThat(telling.harness.numKeyedStateEntries()).isPositive();
    }
  }

  private static TrainingStep answer(String adapterId) {
    return TrainingStep.newBuilder()
        .setAdapterId(adapterId)
        .setGeneration(0)
        .setStep(-1)
        .setUpdates(0)
        .setOutcome(StepStatus.COMMAND)
        .build();
  }

  @Test
  void nobody_isTold_andNothingWaits() throws Exception {
    OperatorSubtaskState state;
    try (Telling telling = new Telling(settings(null), null)) {
      telling.untilRollback();
      telling.commit(1);
      state = telling.snapshot(2);
      assertThat(telling.count("telemetrySent")).isZero();
      assertThat(telling.count("telemetryDropped")).isZero();
    }
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), state)) {
      telling.commit(3);
      Thread.sleep(100);
      assertThat(collector.posts()).isEmpty();
    }
  }

  @Test
  void collector_takenAwayAndNamedAgain_hearsOfNoIncidentThatIsOver() throws Exception {
    OperatorSubtaskState state;
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), null)) {
      collector.answer(503, "starting");
      telling.untilRollback();
      telling.commit(1);
      state = telling.snapshot(2);
    }
    try (Telling telling = new Telling(settings(null), state)) {
      assertThat(telling.count("telemetryDropped")).as("what waited").isEqualTo(5);
      telling.recovered();
      state = telling.snapshot(3);
    }
    try (OtlpCollector collector = new OtlpCollector();
        Telling telling = new Telling(settings(collector.url()), state)) {
      telling.see(91, Seen.of(Incident.harmful(90)));
      telling.see(101, Seen.of(Incident.good(1, 100)));
      telling.commit(4);
      await(collector, () -> ids(collector).size() == 5);
      assertThat(collector.spans())
          .extracting(span -> span.get("name").asText())
          .containsExactly(
              IncidentSpan.DETECT.title(),
              IncidentSpan.RECOVER.title(),
              IncidentSpan.INCIDENT.title());
      assertThat(OtlpCollector.attributes(collector.spans().get(2)))
          .containsEntry("sapflow.version", version(90))
          .containsEntry("sapflow.harmful_versions", 1L);
    }
  }
}
