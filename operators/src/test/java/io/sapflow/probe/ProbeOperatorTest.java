package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.metrics.MetricLimits;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptOutcome;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.VersionStatus;
import io.sapflow.train.BroadcastRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator in Flink's own harness. Its prober waits for a permit, then mostly finds that the
 * version's files are gone: order and state are the operator's, whatever a probe finds.
 */
@Timeout(20)
class ProbeOperatorTest {

  private static final OutputTag<AdapterVersion> VERSIONS =
      new OutputTag<>("versions", new AvroTypeInfo<>(AdapterVersion.class));

  /** One for each probe that may go on. */
  private static final Semaphore PERMITS = new Semaphore(0);

  /** An operator in its harness. */
  private static final class Probing implements AutoCloseable {
    final KeyedTwoInputStreamOperatorTestHarness<
            String, AdapterVersion, BroadcastRecord, ProbeReport>
        harness;

    Probing(Map<Integer, Long> awaited, OperatorSubtaskState restored) throws Exception {
      this(place -> new Opened(), awaited, restored);
    }

    Probing(ProbeResources resources, Map<Integer, Long> awaited, OperatorSubtaskState restored)
        throws Exception {
      PERMITS.drainPermits();
      ProbeOperator operator =
          new ProbeOperator(resources, new MetricLimits(100), awaited, VERSIONS);
      harness =
          new KeyedTwoInputStreamOperatorTestHarness<>(
              operator,
              AdapterVersion::getAdapterId,
              record -> "",
              TypeInformation.of(String.class));
      harness.setup(
          new AvroTypeInfo<>(ProbeReport.class)
              .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      operator.setMailboxExecutor(
          new MailboxExecutorImpl(harness.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE));
      if (restored != null) {
        harness.initializeState(restored);
      }
      harness.open();
    }

    void prompt(long offset) throws Exception {
      prompt(offset, Prompts.harmful("harmful-" + offset));
    }

    void retire(long offset, String id) throws Exception {
      prompt(offset, ProbePrompt.newBuilder(Prompts.harmful(id)).setActive(false).build());
    }

    private void prompt(long offset, ProbePrompt prompt) throws Exception {
      byte[] bytes = RecordCodec.of(ProbePrompt.class).encode(prompt);
      harness.processElement2(new StreamRecord<>(new BroadcastRecord.Prompt(0, offset, bytes)));
    }

    void candidate(String adapter, int generation, long step) throws Exception {
      harness.processElement1(
          new StreamRecord<>(
              AdapterVersion.newBuilder()
                  .setAdapterId(adapter)
                  .setVersion(step + "-0123456789ab")
                  .setGeneration(generation)
                  .setStep(step)
                  .setUpdates(step)
                  .setUri("file:///store/" + step)
                  .setSha256("ab" + step)
                  .setStatus(VersionStatus.CANDIDATE)
                  .build()));
    }

    /** Lets a probe end, and its report through the mailbox. */
    void letOneEnd() throws Exception {
      PERMITS.release();
      harness.getTaskMailbox().take(0).run();
    }

    ProbeReport last() {
      List<ProbeReport> reports = harness.extractOutputValues();
      return reports.get(reports.size() - 1);
    }

    List<String> asked() {
      return last().getOutcomes().stream().map(PromptOutcome::getPromptId).toList();
    }

    List<String> reported() {
      return harness.extractOutputValues().stream()
          .map(report -> report.getAdapterId() + " " + report.getStep())
          .toList();
    }

    List<String> superseded() {
      return harness.getSideOutput(VERSIONS) == null
          ? List.of()
          : harness.getSideOutput(VERSIONS).stream()
              .map(StreamRecord::getValue)
              .map(version -> version.getStatus() + " " + version.getStep())
              .toList();
    }

    @Override
    public void close() throws Exception {
      PERMITS.release(100);
      harness.close();
    }
  }

  @TempDir static Path directory;

  private static final class Opened implements ProbeResources.Opened {
    @Override
    public Prober prober() {
      return new Prober(
          null,
          null,
          version -> {
            PERMITS.acquireUninterruptibly();
            throw new IOException("version " + version.getVersion() + " is gone");
          },
          List.of(new RefusalJudge()),
          PromptRotation.ALL,
          8,
          0);
    }

    @Override
    public void close() {}
  }

  /** A probe that had been started would take the permit. */
  private static void assertNothingIsProbed() throws InterruptedException {
    PERMITS.release();
    Thread.sleep(300);
    assertThat(PERMITS.availablePermits()).isOne();
  }

  @Test
  void version_waitingBehindAnother_isSupersededByANewerOne() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 0);
      probing.candidate("a", 0, 20);
      probing.candidate("a", 0, 40);
      assertThat(probing.superseded()).containsExactly("SUPERSEDED 20");
      AdapterVersion superseded = probing.harness.getSideOutput(VERSIONS).peek().getValue();
      assertThat(superseded.getUri()).isEqualTo("file:///store/20");
      assertThat(superseded.getSha256()).isEqualTo("ab20");
      assertThat(superseded.getUpdates()).isEqualTo(20);
      probing.letOneEnd();
      probing.letOneEnd();
      assertThat(probing.reported()).containsExactly("a 0", "a 40");
    }
  }

  @Test
  void version_ofAnOlderGeneration_givesWayWithoutAWord() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 0);
      probing.candidate("a", 0, 20);
      probing.candidate("a", 1, 41);
      assertThat(probing.superseded()).isEmpty();
    }
  }

  @Test
  void version_thatCannotBeRead_givesAnIncompleteReport() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 20);
      probing.letOneEnd();
      ProbeReport report = probing.harness.extractOutputValues().get(0);
      assertThat(report.getComplete()).isFalse();
      assertThat(report.getIncompleteReason()).isEqualTo("version 20-0123456789ab is gone");
      assertThat(report.getPromptSetDigest()).hasSize(64);
    }
  }

  @Test
  void prompts_noHarmfulOneActive_givesAnIncompleteReport() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.candidate("a", 0, 0);
      probing.letOneEnd();
      assertThat(probing.harness.extractOutputValues().get(0).getIncompleteReason())
          .isEqualTo("no harmful prompt is active on the topic of probe prompts");
    }
  }

  @Test
  void prompts_notYetRead_versionsWait() throws Exception {
    try (Probing probing = new Probing(Map.of(0, 1L), null)) {
      probing.candidate("a", 0, 0);
      probing.prompt(0);
      assertNothingIsProbed();
      probing.prompt(1);
      probing.letOneEnd();
      assertThat(probing.reported()).containsExactly("a 0");
    }
  }

  @Test
  void prompts_lastOneWentToQuarantine_versionsAreProbed() throws Exception {
    try (Probing probing = new Probing(Map.of(0, 1L), null)) {
      probing.candidate("a", 0, 0);
      probing.prompt(0);
      probing.harness.processElement2(
          new StreamRecord<>(new BroadcastRecord.Prompt(0, 1, new byte[0])));
      probing.letOneEnd();
      assertThat(probing.reported()).containsExactly("a 0");
    }
  }

  @Test
  void snapshot_whileProbing_versionsAreProbedAgain() throws Exception {
    OperatorSubtaskState snapshot;
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("b", 0, 0);
      probing.candidate("a", 0, 0);
      probing.candidate("b", 0, 20);
      snapshot = probing.harness.snapshot(1, 1);
    }
    try (Probing probing = new Probing(Map.of(), snapshot)) {
      probing.letOneEnd();
      probing.letOneEnd();
      probing.letOneEnd();
      assertThat(probing.reported()).containsExactly("b 0", "a 0", "b 20");
      assertThat(probing.superseded()).isEmpty();
    }
  }

  @Test
  void snapshot_afterTheReport_hasNothingLeftToProbe() throws Exception {
    OperatorSubtaskState snapshot;
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 0);
      probing.letOneEnd();
      snapshot = probing.harness.snapshot(1, 1);
    }
    try (Probing probing = new Probing(Map.of(), snapshot)) {
      assertNothingIsProbed();
      assertThat(probing.harness.getTaskMailbox().hasMail()).isFalse();
    }
  }

  @Test
  void prompts_addedOrRetired_countFromTheNextReportOn() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 0);
      probing.prompt(1);
      probing.letOneEnd();
      assertThat(probing.last().getActivePrompts()).isOne();
      String before = probing.last().getPromptSetDigest();
      probing.candidate("a", 0, 20);
      probing.letOneEnd();
      assertThat(probing.last().getActivePrompts()).isEqualTo(2);
      assertThat(probing.last().getPromptSetDigest()).isNotEqualTo(before);
      probing.retire(2, "harmful-1");
      probing.candidate("a", 0, 40);
      probing.letOneEnd();
      assertThat(probing.last().getActivePrompts()).isOne();
      assertThat(probing.last().getPromptSetDigest()).isEqualTo(before);
      probing.retire(3, "harmful-0");
      probing.candidate("a", 0, 60);
      probing.letOneEnd();
      assertThat(probing.last().getIncompleteReason())
          .isEqualTo("no harmful prompt is active on the topic of probe prompts");
    }
  }

  @Test
  void rotation_probeCutShort_asksTheSamePromptsAgain() throws Exception {
    PromptRotation rotation = new PromptRotation(2, 0.5);
    ProbeResources resources =
        place -> {
          try {
            return new TinyModel(
                Files.createTempDirectory(directory, "model"),
                List.of(new RefusalJudge()),
                rotation,
                PERMITS::acquireUninterruptibly);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    OperatorSubtaskState snapshot;
    List<ProbePrompt> active = new ArrayList<>();
    try (Probing probing = new Probing(resources, Map.of(), null)) {
      for (int i = 0; i < 6; i++) {
        probing.prompt(i);
        active.add(Prompts.harmful("harmful-" + i));
      }
      probing.candidate("b", 0, 0);
      probing.letOneEnd();
      probing.candidate("a", 0, 0);
      probing.letOneEnd();
      assertThat(probing.asked()).isEqualTo(ids(rotation.asked(active, 0)));
      probing.candidate("a", 0, 20);
      snapshot = probing.harness.snapshot(1, 1);
    }
    try (Probing probing = new Probing(resources, Map.of(), snapshot)) {
      probing.letOneEnd();
      assertThat(probing.reported()).containsExactly("a 20");
      assertThat(probing.asked()).isEqualTo(ids(rotation.asked(active, 1)));
      probing.candidate("a", 0, 40);
      probing.letOneEnd();
      assertThat(probing.asked()).isEqualTo(ids(rotation.asked(active, 2)));
    }
  }

  private static List<String> ids(List<ProbePrompt> prompts) {
    return prompts.stream().map(ProbePrompt::getId).toList();
  }

  @Test
  void drain_versionsWait_endsWithTheirReports() throws Exception {
    try (Probing probing = new Probing(Map.of(), null)) {
      probing.prompt(0);
      probing.candidate("a", 0, 0);
      probing.candidate("b", 0, 0);
      PERMITS.release(2);
      probing.harness.endInput1();
      probing.harness.endInput2();
      assertThat(probing.reported()).containsExactly("a 0", "b 0");
    }
  }
}
