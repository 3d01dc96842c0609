package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.tokens.TokenizerDirectories;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What steers a job that has a key: commands, pairs and prompts. */
class SignedRecordsTest {

  private static final byte[] NONE = {};
  private static final long HOUR = 3_600_000;

  /** 2027-01-15T08:00:00Z. */
  private static final long NOW = 1_800_000_000_000L;

  private static final ControlCommand COMMAND =
      ControlCommand.newBuilder()
          .setId("person/1")
          .setAdapterId("helper")
          .setKind(CommandKind.PAUSE)
          .setIssuer("ada")
          .setTime(5)
          .build();

  private final RecordCodec<ControlCommand> codec = RecordCodec.of(ControlCommand.class);

  @TempDir Path model;

  @BeforeEach
  void copyModel() throws Exception {
    TokenizerDirectories.copy(model, TokenizerDirectories.CHATML);
    Files.writeString(
        model.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 300, "hidden_size": 8, "intermediate_size": 8,
         "num_attention_heads": 2, "num_hidden_layers": 1, "hidden_act": "silu",
         "eos_token_id": 261, "max_position_embeddings": 100}
        """);
  }

  private static RecordSignature signature(String key, String job) {
    return new RecordSignature(new Hmac(key.getBytes(StandardCharsets.UTF_8)), job);
  }

  private static RecordSignature ours() {
    return signature("k", "production");
  }

  private OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> harness(
      OperatorSubtaskState restored) throws Exception {
    String directory = model.toString();
    OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new BroadcastFunction(
                    () -> ModelEncoder.open(Path.of(directory), 100),
                    10,
                    IngestLimits.DEFAULT,
                    TopicNames.DEFAULT,
                    () -> Optional.of(ours()),
                    TrainHarness.QUARANTINE)));
    harness.setProcessingTime(NOW);
    harness.setup(BroadcastRecordSerializer.INSTANCE);
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
    return harness;
  }

  private static RawRecord raw(String topic, byte[] value, byte[] header) {
    return new RawRecord(topic, 0, 3, 7, NONE, value, header);
  }

  private static RawRecord signed(RecordSignature by, String topic, byte[] value, long time) {
    return raw(topic, value, by.header(topic, NONE, value, time));
  }

  private RawRecord command(String id, long time) {
    return signed(
        ours(),
        Topics.CONTROL,
        codec.encode(ControlCommand.newBuilder(COMMAND).setId(id).build()),
        time);
  }

  private static byte[] pair(String safe) {
    return RecordCodec.of(SafetyPair.class)
        .encode(
            SafetyPair.newBuilder()
                .setId("p")
                .setPrompt(List.of(Turns.of("user", "a b")))
                .setSafe(safe)
                .setHarmful("a b")
                .build());
  }

  private static byte[] prompt(boolean active) {
    return RecordCodec.of(ProbePrompt.class)
        .encode(
            ProbePrompt.newBuilder()
                .setId("q")
                .setKind(PromptKind.HARMFUL)
                .setPrompt(List.of(Turns.of("user", "a b")))
                .setActive(active)
                .build());
  }

  private static List<String> aside(
      OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> harness) {
    var records = harness.getSideOutput(TrainHarness.QUARANTINE);
    return records == null
        ? List.of()
        : records.stream().map(record -> record.getValue().getReason()).toList();
  }

  private static void send(
      OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> harness, RawRecord... records)
      throws Exception {
    for (RawRecord record : records) {
      harness.processElement(new StreamRecord<>(record));
    }
  }

  @Test
  void command_unsignedOrForged_isSetAsideAndReachesNoTrainer() throws Exception {
    byte[] value = codec.encode(COMMAND);
    byte[] header = ours().header(Topics.CONTROL, NONE, value, NOW);
    byte[] forged = codec.encode(ControlCommand.newBuilder(COMMAND).setIssuer("gate").build());
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(null)) {
      send(
          commands,
          raw(Topics.CONTROL, value, NONE),
          raw(Topics.CONTROL, forged, header),
          raw(Topics.CONTROL, value, header));
      assertThat(commands.extractOutputValues())
          .singleElement()
          .isInstanceOfSatisfying(
              BroadcastRecord.Command.class,
              heard -> {
                assertThat(heard.value()).isEqualTo(value);
                assertThat(heard.heard()).isEqualTo(NOW);
              });
      List<QuarantinedRecord> aside =
          commands.getSideOutput(TrainHarness.QUARANTINE).stream()
              .map(StreamRecord::getValue)
              .toList();
      assertThat(aside)
          .extracting(QuarantinedRecord::getReason)
          .containsExactly("UNSIGNED_COMMAND", "BAD_SIGNATURE");
      assertThat(aside).allMatch(q -> q.getStage().equals("control"));
      assertThat(aside.get(0).getExampleId()).isEqualTo("person/1");
      assertThat(aside.get(0).getValue().array()).isEqualTo(value);
    }
  }

  /** Written once more after a failure, it is newer than the command that it tells of. */
  @Test
  void hold_ofTheSameOrder_comesBeforeOrAfterTheCommand_unsignedNever() throws Exception {
    byte[] value =
        RecordCodec.of(Hold.class)
            .encode(new Hold(COMMAND.getId(), "helper", 0, "40-0123456789ab", 40L, NOW));
    RawRecord first = signed(ours(), Topics.HOLDS, value, NOW - 2000);
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> signals = harness(null)) {
      send(signals, raw(Topics.HOLDS, value, NONE), first, first);
      send(signals, signed(ours(), Topics.HOLDS, value, NOW));
      send(signals, command(COMMAND.getId(), NOW - 1000));
      assertThat(aside(signals)).containsExactly("UNSIGNED_RECORD", "STALE_SIGNATURE");
      assertThat(signals.extractOutputValues())
          .satisfiesExactly(
              heard -> assertThat(heard).isInstanceOf(BroadcastRecord.Hold.class),
              heard -> assertThat(heard).isInstanceOf(BroadcastRecord.Hold.class),
              heard -> assertThat(heard).isInstanceOf(BroadcastRecord.Command.class));
    }
  }

  @Test
  void command_ofStaging_isNotHeardInProduction() throws Exception {
    byte[] value = codec.encode(COMMAND);
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(null)) {
      send(commands, signed(signature("k", "staging"), Topics.CONTROL, value, NOW));
      assertThat(commands.extractOutputValues()).isEmpty();
      assertThat(aside(commands)).containsExactly("BAD_SIGNATURE");
    }
  }

  @Test
  void command_sentAgain_isNotHeard_evenLaterAndAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(null)) {
      send(commands, command("a", NOW), command("a", NOW));
      // Not much older than the newest, of an id of its own: two people's clocks differ.
      send(commands, command("b", NOW - 1000));
      assertThat(commands.extractOutputValues()).hasSize(2);
      assertThat(aside(commands)).containsExactly("STALE_SIGNATURE");
      state = commands.snapshot(1, 1);
    }
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(state)) {
      send(commands, command("a", NOW), command("b", NOW - 1000));
      commands.setProcessingTime(NOW + 2 * HOUR);
      send(commands, command("c", NOW + 2 * HOUR), command("a", NOW), command("d", NOW));
      assertThat(commands.extractOutputValues()).hasSize(1);
      assertThat(aside(commands)).hasSize(4).containsOnly("STALE_SIGNATURE");
    }
  }

  @Test
  void command_ofBeforeTheJobBegan_isNotHeard() throws Exception {
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(null)) {
      send(commands, command("a", NOW - HOUR - 1), command("b", NOW - HOUR));
      assertThat(commands.extractOutputValues()).hasSize(1);
    }
  }

  @Test
  void command_signedByAWrongClock_makesNoOtherTooOld() throws Exception {
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness(null)) {
      send(commands, command("a", 4102444800000L), command("b", NOW));
      send(commands, command("a", 4102444800000L));
      assertThat(commands.extractOutputValues()).hasSize(2);
      assertThat(aside(commands)).containsExactly("STALE_SIGNATURE");
    }
  }

  @Test
  void pairsAndPrompts_unsignedOrOfAnotherTopic_areSetAside() throws Exception {
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> records = harness(null)) {
      send(
          records,
          raw(Topics.SAFETY_PAIRS, pair("a"), NONE),
          raw(Topics.PROBE_PROMPTS, prompt(false), NONE),
          raw(
              Topics.SAFETY_PAIRS,
              pair("a"),
              ours().header(Topics.PROBE_PROMPTS, NONE, pair("a"), NOW)),
          signed(ours(), Topics.SAFETY_PAIRS, pair("a"), NOW),
          signed(ours(), Topics.PROBE_PROMPTS, prompt(true), NOW));
      assertThat(aside(records))
          .containsExactly("UNSIGNED_RECORD", "UNSIGNED_RECORD", "BAD_SIGNATURE");
      assertThat(records.extractOutputValues())
          .extracting(heard -> ((BroadcastRecord.Compacted) heard).passedOver())
          .containsExactly(true, true, true, false, false);
    }
  }

  @Test
  void pair_olderThanWhatStands_doesNotComeBack_howeverLongAgo() throws Exception {
    OperatorSubtaskState state;
    RawRecord first = signed(ours(), Topics.SAFETY_PAIRS, pair("a"), 1);
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> pairs = harness(null)) {
      send(pairs, first, signed(ours(), Topics.SAFETY_PAIRS, pair("b"), NOW));
      assertThat(aside(pairs)).isEmpty();
      state = pairs.snapshot(1, 1);
    }
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> pairs = harness(state)) {
      send(pairs, first);
      assertThat(aside(pairs)).containsExactly("STALE_SIGNATURE");
      assertThat(pairs.getSideOutput(TrainHarness.QUARANTINE).peek().getValue().getMessage())
          .isEqualTo(
              "header sapflow-signature: found the time 1970-01-01T00:00:00.001Z, expected one after"
                  + " 2027-01-15T08:00:00Z");
    }
  }
}
