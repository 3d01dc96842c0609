package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.metrics.RegisteredMetrics;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator tells of its adapters, with room for one in native memory. */
class TrainOperatorMetricsTest {

  @TempDir private Path store;

  private final RegisteredMetrics registered = new RegisteredMetrics();

  private static void train(
      TrainOperator operator, AbstractStreamOperatorTestHarness<?> harness, String adapterId)
      throws Exception {
    for (int i = 0; i < 8; i++) {
      StreamRecord<TokenizedExample> example =
          new StreamRecord<>(TrainHarness.example(adapterId, i));
      operator.setKeyContextElement1(example);
      operator.processElement1(example);
    }
    TrainHarness.turns(harness);
  }

  private static void command(TrainOperator operator, CommandKind kind) throws Exception {
    byte[] bytes =
        RecordCodec.of(ControlCommand.class)
            .encode(
                TrainHarness.commandOf(kind.name(), "gate", kind, Map.of())
                    .setAdapterId("first")
                    .build());
    operator.processElement2(
        new StreamRecord<>(new BroadcastRecord.Command(bytes, TrainHarness.NOW)));
  }

  private static void hold(TrainOperator operator, AdapterVersion version) throws Exception {
    Hold hold =
        new Hold("order", version.getAdapterId(), 0, version.getVersion(), version.getStep(), 1L);
    operator.processElement2(
        new StreamRecord<>(new BroadcastRecord.Hold(RecordCodec.of(Hold.class).encode(hold))));
  }

  private double value(String id) {
    return registered.value("sapflow." + id);
  }

  @Test
  void adapters_areSeenToComeGoAndPause() throws Exception {
    TrainOperator operator =
        TrainHarness.operator(
            TrainHarness.live(TrainHarness.options(), 1),
            (place, again) ->
                new TrainHarness.Resources(store, TrainHarness.MODEL, TrainHarness.FRESH, null),
            Map.of());
    try (AbstractStreamOperatorTestHarness<TrainingStep> harness =
        new AbstractStreamOperatorTestHarness<>(
            operator, new MockEnvironmentBuilder().setMetricGroup(registered.task()).build())) {
      KeySelector<TokenizedExample, String> key = TokenizedExample::adapterId;
      KeySelector<BroadcastRecord, String> none = record -> "";
      harness.getStreamConfig().setStatePartitioner(0, key);
      harness.getStreamConfig().setStatePartitioner(1, none);
      harness.getStreamConfig().setStateKeySerializer(StringSerializer.INSTANCE);
      harness.getStreamConfig().serializeAllConfigs();
      harness.setup(
          new AvroTypeInfo<>(TrainingStep.class)
              .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      TrainHarness.takeTurns(operator, harness);
      harness.setProcessingTime(0);
      harness.open();

      train(operator, harness, "first");
      train(operator, harness, "second");
      assertThat(value("liveAdapters")).isEqualTo(1);
      assertThat(value("nativeBytes")).isEqualTo(TrainHarness.BYTES_OF_ONE);
      assertThat(value("evictedAdapters")).isEqualTo(1);
      assertThat(value("adapter.first.examples")).isEqualTo(8);
      assertThat(value("examples")).isEqualTo(16);
      assertThat(value("steps"))
          .isEqualTo(value("adapter.first.steps") + value("adapter.second.steps"))
          .isPositive();
      assertThat(value("versions")).isEqualTo(2);

      command(operator, CommandKind.PAUSE);
      train(operator, harness, "second");
      assertThat(value("pausedAdapters")).as("evicted, but paused").isEqualTo(1);
      assertThat(value("evictedAdapters")).isEqualTo(3);
      assertThat(value("adapter.first.examples")).as("as before").isEqualTo(8);

      command(operator, CommandKind.RESUME);
      assertThat(value("pausedAdapters")).isZero();

      hold(operator, harness.getSideOutput(TrainHarness.VERSIONS).peek().getValue());
      assertThat(value("heldAdapters")).isEqualTo(1);
      assertThat(value("holdsLapsed")).isZero();
      harness.setProcessingTime(TrainHarness.HOLD.toMillis());
      assertThat(value("heldAdapters")).isZero();
      assertThat(value("holdsLapsed")).isEqualTo(1);
    }
  }
}
