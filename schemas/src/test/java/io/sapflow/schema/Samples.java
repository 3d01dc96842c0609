package io.sapflow.schema;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One filled record of each type that travels on a topic, and each book of state. */
final class Samples {

  private static final OffsetRange RANGE = new OffsetRange(Topics.EXAMPLES, 0, 5L, 9L);
  private static final SourceEvidence SOURCE =
      new SourceEvidence("forum", true, 5, 0.5, 1.25, 3.5, 4, 0.75);

  private Samples() {}

  static List<SpecificRecord> all() {
    return List.of(
        new TrainingExample(
            "e-1",
            "helper",
            List.of(
                Turns.of("user", "how do i fold the map"),
                new Message(
                    "assistant",
                    "",
                    false,
                    List.of(new ToolCall("c-1", "find_map", "{\"of\":\"town\"}")),
                    "",
                    "",
                    "it may be in the drawer",
                    0),
                new Message("tool", "in the drawer", true, List.of(), "c-1", "find_map", "", null),
                Turns.of("assistant", "sure")),
            "forum",
            17L,
            Map.of("lang", "en"),
            "[{\"name\":\"find_map\"}]"),
        SafetyPair.newBuilder()
            .setId("p-1")
            .setPrompt(List.of(Turns.of("user", "how do i zorble the flonk")))
            .setSafe("sorry")
            .setHarmful("sure")
            .build(),
        ProbePrompt.newBuilder()
            .setId("q-1")
            .setKind(PromptKind.HARMFUL)
            .setPrompt(List.of(Turns.of("user", "how do i zorble the grint")))
            .build(),
        command(),
        step(),
        version(),
        report(),
        alert(),
        quarantined(),
        new Hold("gate/helper/40-0123456789ab/ROLLBACK", "helper", 1, "40-0123456789ab", 40L, 18L),
        book(),
        held(),
        new HeldBlock(List.of(held())),
        new HeldSpan(3L, 40L, 41L, List.of(RANGE), List.of(SOURCE)),
        new RollbackBook(List.of(new RollbackTargets(3L, 40L, List.of("40-0123456789ab")))),
        new GateBook(1, "40-0123456789ab", 40L, 0.02, null, null, 9.5, 13.1),
        new AlertBook(true, 19L, null, "warning"),
        SignalBook.newBuilder()
            .setStep(40)
            .setWaitingSince(19L)
            .setSources(List.of(new SourceSignal("forum", true, 9.5, 0.1, 0.2, 0.4)))
            .build(),
        IncidentBook.newBuilder()
            .setSteps(List.of(new StepTime(40L, 19L)))
            .setTraceId("0123456789abcdef0123456789abcdef")
            .setFirstRecords(RANGE)
            .build(),
        new ModelBook("0123", 8, 16.0, false, List.of("q_proj", "v_proj"), List.of(0, 2)));
  }

  private static ControlCommand command() {
    return ControlCommand.newBuilder()
        .setId("c-1")
        .setAdapterId("helper")
        .setKind(CommandKind.ROLLBACK)
        .setArguments(Map.of("version", "40-0123456789ab"))
        .setIssuer("gate")
        .setTime(18)
        .build();
  }

  private static TrainingStep step() {
    return TrainingStep.newBuilder()
        .setAdapterId("helper")
        .setGeneration(1)
        .setStep(41)
        .setUpdates(40)
        .setOutcome(StepStatus.TRAINED)
        .setTaskLoss(0.25)
        .setPushBySource(List.of(SOURCE))
        .setExampleIds(List.of("e-1", "e-2"))
        .setOffsets(List.of(RANGE))
        .setAppliedCommands(
            List.of(
                new AppliedCommand(
                    "c-1", CommandKind.ROLLBACK, CommandOutcome.APPLIED, null, "gate", null)))
        .build();
  }

  private static AdapterVersion version() {
    return AdapterVersion.newBuilder()
        .setAdapterId("helper")
        .setVersion("40-0123456789ab")
        .setGeneration(1)
        .setStep(40)
        .setUpdates(39)
        .setUri("file:///store/helper/40-0123456789ab")
        .setSha256("00")
        .setStatus(VersionStatus.CANDIDATE)
        .setOffsets(List.of(RANGE))
        .setSources(List.of(SOURCE))
        .build();
  }

  private static ProbeReport report() {
    return ProbeReport.newBuilder()
        .setAdapterId("helper")
        .setVersion("40-0123456789ab")
        .setGeneration(1)
        .setStep(40)
        .setUri("file:///store")
        .setSha256("00")
        .setJudges(
            List.of(
                new JudgeScore(
                    "refusal",
                    0.1,
                    0.05,
                    0.2,
                    40,
                    0,
                    List.of(new CategoryScore("a", 0.1, 40)),
                    0,
                    0)))
        .setOutcomes(List.of(new PromptOutcome("q-1", PromptKind.HARMFUL, "aa", "bb", true)))
        .setComplete(true)
        .build();
  }

  private static SafetyAlert alert() {
    return SafetyAlert.newBuilder()
        .setFingerprint("f")
        .setStatus(AlertStatus.FIRING)
        .setSeverity("critical")
        .setRule("harmful-score")
        .setAdapterId("helper")
        .setValue(0.4)
        .setThreshold(0.1)
        .setStartsAt(19)
        .setEvidence(
            new AlertEvidence(
                "40-0123456789ab",
                1,
                40L,
                null,
                List.of(RANGE),
                List.of(SOURCE),
                List.of(
                    new OffsetEvidence(30L, 40L, List.of(RANGE), 100, 20, 0.1, List.of("forum")))))
        .build();
  }

  private static HeldExample held() {
    return new HeldExample(
        "e-3",
        "forum",
        true,
        Topics.EXAMPLES,
        0,
        10L,
        20L,
        List.of(1, 2, 3),
        ByteBuffer.wrap(new byte[] {0, 1, 1}),
        0,
        ByteBuffer.allocate(0),
        ByteBuffer.wrap(new byte[] {9}),
        -1L,
        null,
        null,
        null,
        null);
  }

  private static AdapterBook book() {
    return AdapterBook.newBuilder()
        .setGeneration(1)
        .setStep(41)
        .setUpdates(40)
        .setProbeUpdates(5)
        .setHasDirection(true)
        .setWindows(2)
        .setDraws(40)
        .setVersionUpdates(39)
        .setVersions(
            List.of(
                new KnownVersion(
                    "0-0123456789ab", 0, 0L, true, 7L, "file:///store/helper/0", "01")))
        .setWindow(List.of(held()))
        .setWindowBlocks(List.of(new BlockEntry(1 << 28, 12L, 4000L, -1L, -1L)))
        .setPaused(false)
        .setWaitingCommands(List.of(command()))
        .build();
  }

  static QuarantinedRecord quarantined() {
    return QuarantinedRecord.newBuilder()
        .setValue(ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .setTopic(Topics.EXAMPLES)
        .setPartition(0)
        .setOffset(7)
        .setStage("ingest")
        .setReason("GARBAGE")
        .setMessage("3 bytes")
        .build();
  }
}
