package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.control.CommandSignature;
import io.sapflow.control.SignFunction;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.tokens.TokenizerDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands where the job has a key. */
class SignedCommandsTest {

  private static final Map<String, String> ENVIRONMENT = Map.of("SAPFLOW_CONTROL_KEY", "k");
  private static final byte[] NONE = {};

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

  private OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> harness() throws Exception {
    String directory = model.toString();
    return ProcessFunctionTestHarnesses.forProcessFunction(
        new BroadcastFunction(
            () -> ModelEncoder.open(Path.of(directory), 100),
            IngestLimits.DEFAULT,
            () -> CommandSignature.of(ENVIRONMENT).orElseThrow(),
            TrainHarness.QUARANTINE));
  }

  private RawRecord raw(ControlCommand command) {
    return new RawRecord(Topics.CONTROL, 0, 3, 7, NONE, codec.encode(command), NONE);
  }

  @Test
  void command_unsignedOrForged_isSetAsideAndReachesNoTrainer() throws Exception {
    ControlCommand signed = CommandSignature.of(ENVIRONMENT).orElseThrow().sign(COMMAND);
    ControlCommand forged = ControlCommand.newBuilder(signed).setIssuer("gate").build();
    try (OneInputStreamOperatorTestHarness<RawRecord, BroadcastRecord> commands = harness()) {
      commands.setProcessingTime(77);
      commands.processElement(new StreamRecord<>(raw(COMMAND)));
      commands.processElement(new StreamRecord<>(raw(forged)));
      commands.processElement(new StreamRecord<>(raw(signed)));
      assertThat(commands.extractOutputValues())
          .extracting(BroadcastRecord::value)
          .containsExactly(codec.encode(signed));
      assertThat(commands.extractOutputValues())
          .extracting(heard -> ((BroadcastRecord.Command) heard).heard())
          .containsExactly(77L);
      List<QuarantinedRecord> aside =
          commands.getSideOutput(TrainHarness.QUARANTINE).stream()
              .map(StreamRecord::getValue)
              .toList();
      assertThat(aside)
          .extracting(QuarantinedRecord::getReason)
          .containsExactly("UNSIGNED_COMMAND", "BAD_SIGNATURE");
      assertThat(aside).allMatch(q -> q.getStage().equals("control"));
      assertThat(aside.get(0).getExampleId()).isEqualTo("person/1");
      assertThat(aside.get(0).getValue().array()).isEqualTo(codec.encode(COMMAND));
    }
  }

  @Test
  void command_ofTheJob_isSignedWhereThereIsAKey() throws Exception {
    SignFunction sign = new SignFunction(() -> CommandSignature.of(ENVIRONMENT));
    sign.open(null);
    ControlCommand signed = sign.map(COMMAND);
    CommandSignature.of(ENVIRONMENT).orElseThrow().check(signed);
    SignFunction none = new SignFunction(Optional::empty);
    none.open(null);
    assertThat(none.map(COMMAND)).isEqualTo(COMMAND);
  }
}
