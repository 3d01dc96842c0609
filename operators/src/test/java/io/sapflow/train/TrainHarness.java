package io.sapflow.train;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.adapter.StartWeights;
import io.sapflow.batch.BatchOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The train operator in Flink's own harness, on the smallest recorded model. */
final class TrainHarness implements AutoCloseable {

  static final OutputTag<AdapterVersion> VERSIONS =
      new OutputTag<>("versions", new AvroTypeInfo<>(AdapterVersion.class));
  static final OutputTag<QuarantinedRecord> QUARANTINE =
      new OutputTag<>("quarantine", new AvroTypeInfo<>(QuarantinedRecord.class));

  static final Path MODEL = Path.of("src/test/resources/fixtures/f1_llama");

  private static final LoraSpec FRESH =
      new LoraSpec(4, 8, false, Set.of(LoraTarget.Q, LoraTarget.V));

  final KeyedTwoInputStreamOperatorTestHarness<String, TokenizedExample, Signal, TrainingStep>
      harness;

  TrainHarness(Path store, TrainOptions options, OperatorSubtaskState restored) throws Exception {
    this(store, options, Map.of(), restored);
  }

  TrainHarness(
      Path store,
      TrainOptions options,
      Map<Integer, Long> awaitedPairs,
      OperatorSubtaskState restored)
      throws Exception {
    this(options, again -> new Resources(store, FRESH, null), awaitedPairs, restored);
  }

  /**
   * With adapters that start from a PEFT directory.
   *
   * @param adapts what that adapter adapts
   */
  static TrainHarness startingFrom(
      Path directory, LoraSpec adapts, Path store, OperatorSubtaskState restored) throws Exception {
    return new TrainHarness(
        options(),
        again -> {
          StartWeights start = new StartWeights(directory, ModelConfig.read(MODEL));
          if (!again) {
            start.read();
          }
          return new Resources(store, adapts, start);
        },
        Map.of(),
        restored);
  }

  private TrainHarness(
      TrainOptions options,
      TrainResources resources,
      Map<Integer, Long> awaitedPairs,
      OperatorSubtaskState restored)
      throws Exception {
    TrainOperator operator =
        new TrainOperator(
            options, (command, situation) -> null, resources, awaitedPairs, VERSIONS, QUARANTINE);
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            operator, TokenizedExample::adapterId, signal -> "", TypeInformation.of(String.class));
    harness.setup(
        new AvroTypeInfo<>(TrainingStep.class)
            .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
    if (restored != null) {
      harness.initializeState(restored);
    }
    harness.open();
  }

  static TrainOptions options() {
    return new TrainOptions(
        new SapOptions(SapOptions.Method.SAP, 1e-3, 0, 1, 0.02, 5e-3, 4, 2, AdamW.DEFAULT),
        new BatchOptions(8, 4, 64, 0.2, 2, 11),
        Double.POSITIVE_INFINITY,
        5,
        1 << 20,
        1 << 20,
        3);
  }

  void examples(String adapterId, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      harness.processElement1(new StreamRecord<>(example(adapterId, i)));
    }
  }

  void pairs(int count) throws Exception {
    RecordCodec<SafetyPair> codec = RecordCodec.of(SafetyPair.class);
    for (int i = 0; i < count; i++) {
      SafetyPair pair =
          SafetyPair.newBuilder()
              .setId("pair-" + i)
              .setPrompt(List.of(new Message("user", "prompt " + i)))
              .setSafe("safe " + i)
              .setHarmful("harmful " + i)
              .build();
      harness.processElement2(
          new StreamRecord<>(new Signal(Topics.SAFETY_PAIRS, 0, i, codec.encode(pair))));
    }
  }

  void command(String id, CommandKind kind, Map<String, String> arguments) throws Exception {
    ControlCommand command =
        ControlCommand.newBuilder()
            .setId(id)
            .setAdapterId("helper")
            .setKind(kind)
            .setArguments(arguments)
            .setIssuer("gate")
            .setTime(1)
            .build();
    byte[] bytes = RecordCodec.of(ControlCommand.class).encode(command);
    harness.processElement2(new StreamRecord<>(new Signal(Topics.CONTROL, 0, 0, bytes)));
  }

  List<TrainingStep> steps() {
    return harness.extractOutputValues();
  }

  List<AdapterVersion> versions() {
    return side(VERSIONS);
  }

  List<QuarantinedRecord> quarantined() {
    return side(QUARANTINE);
  }

  private <T> List<T> side(OutputTag<T> tag) {
    return harness.getSideOutput(tag) == null
        ? List.of()
        : harness.getSideOutput(tag).stream().map(StreamRecord::getValue).toList();
  }

  /** A row of the model's 256 ids, one source in four called forum. */
  static TokenizedExample example(String adapterId, int number) {
    SplittableRandom random = new SplittableRandom(number);
    int[] tokens = random.ints(6 + number % 5, 3, 256).toArray();
    byte[] targets = new byte[tokens.length];
    Arrays.fill(targets, 3, tokens.length, (byte) 1);
    return new TokenizedExample(
        adapterId,
        "e-" + number,
        number % 4 == 0 ? "forum" : "wiki",
        true,
        Topics.EXAMPLES,
        0,
        number,
        1000L + number,
        tokens,
        targets,
        0,
        new byte[0],
        new byte[] {(byte) number});
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }

  private static final class Resources implements TrainResources.Opened {
    private final BaseModel base = BaseModel.open(MODEL, ComputeType.FLOAT32, "cpu");
    private final Kernel kernel;
    private final VersionStore store;

    Resources(Path store, LoraSpec lora, Supplier<float[]> start) {
      this.kernel = base.kernel(lora, KernelOptions.training(new int[] {1, 2}, 1), start);
      this.store =
          new AdapterVersionStore(
              new AdapterVersions(new LocalVersionFiles(store)), kernel.layout(), "f1_llama");
    }

    @Override
    public Kernel kernel() {
      return kernel;
    }

    @Override
    public VersionStore store() {
      return store;
    }

    @Override
    public PairEncoder pairs() {
      return pair -> new PairBatch.Pair(row(pair.getSafe()), row(pair.getHarmful()));
    }

    private static TokenBatch.Row row(String text) {
      int[] tokens = text.chars().map(c -> 3 + c % 250).toArray();
      byte[] targets = new byte[tokens.length];
      Arrays.fill(targets, 2, tokens.length, (byte) 1);
      return new TokenBatch.Row(tokens, targets);
    }

    @Override
    public String baseModel() {
      return base.digest();
    }

    @Override
    public void close() {
      kernel.close();
      base.close();
    }
  }
}
