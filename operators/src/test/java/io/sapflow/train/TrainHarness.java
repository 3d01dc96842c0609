package io.sapflow.train;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.adapter.StartWeights;
import io.sapflow.adapter.VersionRetention;
import io.sapflow.batch.BatchOptions;
import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.PassMemory;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.LearningRateSchedule;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.TokenizedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTaskActionExecutor;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** The train operator in Flink's own harness, on the smallest recorded model. */
final class TrainHarness implements AutoCloseable {

  static final OutputTag<AdapterVersion> VERSIONS =
      new OutputTag<>("versions", new AvroTypeInfo<>(AdapterVersion.class));
  static final OutputTag<QuarantinedRecord> QUARANTINE =
      new OutputTag<>("quarantine", new AvroTypeInfo<>(QuarantinedRecord.class));
  static final OutputTag<OpenWindow> WINDOWS =
      new OutputTag<>("windows", TypeInformation.of(OpenWindow.class));

  static final Path MODEL = Path.of("src/test/resources/fixtures/f1_llama");

  static final LiveLimits LIVE = new LiveLimits(1L << 30, 64 << 20, Duration.ofHours(1));

  static final HeldLimits HELD = new HeldLimits(1 << 20, 8 << 20, 10_000, 1 << 20);

  /** Versions that stay. */
  static final int KEEP = 20;

  static final int MAX_PARALLELISM = 128;

  static final AdapterPolicy ADAPTERS = new AdapterPolicy(Set.of(), 1000);

  /** Of one adapter's tensors; the budget of tests is a multiple. */
  static final long BYTES_OF_ONE = 4 * (4 * 4 * 4 * (64 + 64 + 64 + 32) + 3 * 2 * 64);

  /** Bytes of examples that may wait for their adapters' turns. */
  static final long AHEAD = 1 << 20;

  /** How long training is held for a rollback that does not come. */
  static final Duration HOLD = Duration.ofMinutes(5);

  static final LoraSpec FRESH = new LoraSpec(4, 8, false, Set.of(LoraTarget.Q, LoraTarget.V));

  final KeyedTwoInputStreamOperatorTestHarness<
          String, TokenizedExample, BroadcastRecord, TrainingStep>
      harness;

  /** How an operator is started: on the heap backend, alone, with nothing to go on from. */
  static final class Setup {
    private final Path store;
    private TrainOptions options = TrainHarness.options();
    private TrainResources resources;
    private Map<Integer, Long> awaitedPairs = Map.of();
    private CommandPolicy policy = new Anything();
    private AdapterPolicy adapters = ADAPTERS;
    private StateBackend backend = new HashMapStateBackend();
    private int subtask;
    private int subtasks = 1;
    private OperatorSubtaskState restored;
    private int retained = 1;
    private long ahead = AHEAD;
    private Duration hold = HOLD;

    Setup(Path store) {
      this.store = store;
      this.resources = (place, again) -> new Resources(store, MODEL, FRESH, null);
    }

    Setup options(TrainOptions value) {
      options = value;
      return this;
    }

    /** With a budget of native memory for so many adapters. */
    Setup live(long adapters) {
      options = TrainHarness.live(options, adapters);
      return this;
    }

    /** With so many of the newest versions in the store and to roll back to. */
    Setup keeping(int versions) {
      options = TrainHarness.keeping(options, versions);
      resources = (place, again) -> new Resources(store, MODEL, FRESH, null, versions);
      return this;
    }

    /** With so many checkpoints that the cluster retains. */
    Setup retaining(int checkpoints) {
      retained = checkpoints;
      return this;
    }

    Setup model(Path model, LoraSpec lora) {
      resources = (place, again) -> new Resources(store, model, lora, null);
      return this;
    }

    /** With passes that bound the memory they take. */
    Setup memory(PassMemory bound) {
      resources =
          (place, again) ->
              new Resources(store, MODEL, FRESH, null, KEEP, Resources.KERNEL.in(bound));
      return this;
    }

    /** With adapters that start from a PEFT directory. */
    Setup startingFrom(Path directory, LoraSpec adapts) {
      resources =
          (place, again) -> {
            StartWeights start = new StartWeights(directory, ModelConfig.read(MODEL));
            if (!again) {
              start.read();
            }
            return new Resources(store, MODEL, adapts, start);
          };
      return this;
    }

    /** The last offset of the safety pairs that stood on the topic at the start. */
    Setup awaitingPairsUpTo(long offset) {
      awaitedPairs = Map.of(0, offset);
      return this;
    }

    /** With so many bytes of examples that may wait for their adapters' turns. */
    Setup ahead(long bytes) {
      ahead = bytes;
      return this;
    }

    Setup hold(Duration value) {
      hold = value;
      return this;
    }

    Setup policy(CommandPolicy value) {
      policy = value;
      return this;
    }

    Setup mostAdapters(int value) {
      adapters = new AdapterPolicy(Set.of(), value);
      return this;
    }

    Setup backend(StateBackend value) {
      backend = value;
      return this;
    }

    Setup subtask(int index, int of) {
      subtask = index;
      subtasks = of;
      return this;
    }

    Setup restored(OperatorSubtaskState state) {
      restored = state;
      return this;
    }

    TrainHarness open() throws Exception {
      return new TrainHarness(this);
    }
  }

  private TrainHarness(Setup setup) throws Exception {
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new TrainOperator(
                setup.options,
                new IntakeLimits(setup.ahead, setup.hold),
                setup.policy,
                setup.adapters,
                new MetricLimits(100),
                setup.resources,
                setup.awaitedPairs,
                VERSIONS,
                QUARANTINE,
                WINDOWS),
            TokenizedExample::adapterId,
            record -> "",
            TypeInformation.of(String.class),
            MAX_PARALLELISM,
            setup.subtasks,
            setup.subtask);
    harness.setStateBackend(setup.backend);
    harness.setup(
        new AvroTypeInfo<>(TrainingStep.class)
            .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
    takeTurns((TrainOperator) harness.getOperator(), harness);
    harness.setProcessingTime(0);
    harness
        .getEnvironment()
        .getJobConfiguration()
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, setup.retained);
    try {
      if (setup.restored != null) {
        harness.initializeState(setup.restored);
      }
      harness.open();
    } catch (Exception e) {
      harness.close();
      throw e;
    }
  }

  /** The same with a budget of native memory for so many adapters. */
  static TrainOptions live(TrainOptions o, long adapters) {
    return with(
        o, o.sap(), new LiveLimits(adapters * BYTES_OF_ONE, o.live().heapBytes(), o.live().idle()));
  }

  /** The same with another learning rate after warm-up. */
  static TrainOptions scheduled(TrainOptions o, LearningRateSchedule schedule) {
    return with(o, o.sap().scheduled(schedule), o.live());
  }

  private static TrainOptions with(TrainOptions o, SapOptions sap, LiveLimits live) {
    return new TrainOptions(
        sap,
        o.batch(),
        o.rejectPush(),
        o.versionUpdates(),
        o.keepVersions(),
        o.early(),
        o.held(),
        o.seed(),
        live);
  }

  /** The same with so many of the newest versions to roll back to. */
  static TrainOptions keeping(TrainOptions o, int versions) {
    return new TrainOptions(
        o.sap(),
        o.batch(),
        o.rejectPush(),
        o.versionUpdates(),
        versions,
        o.early(),
        o.held(),
        o.seed(),
        o.live());
  }

  static TrainOperator operator(
      TrainOptions options, TrainResources resources, Map<Integer, Long> awaitedPairs) {
    return new TrainOperator(
        options,
        new IntakeLimits(AHEAD, HOLD),
        new Anything(),
        ADAPTERS,
        new MetricLimits(100),
        resources,
        awaitedPairs,
        VERSIONS,
        QUARANTINE,
        WINDOWS);
  }

  /** Carries out what is possible, whoever gives it. */
  static final class Anything implements CommandPolicy {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isPerson(String issuer) {
      return !issuer.equals("gate");
    }

    @Override
    public String refusal(ControlCommand command, Situation situation) {
      return null;
    }
  }

  static TrainOptions options() {
    return new TrainOptions(
        new SapOptions(SapOptions.Method.SAP, 1e-3, 0, 1, 0.02, 5e-3, 4, 2, AdamW.DEFAULT),
        new BatchOptions(8, 8 << 20, 4, 64, 0.2, 2, 11),
        Double.POSITIVE_INFINITY,
        5,
        KEEP,
        EarlyProbe.NEVER,
        HELD,
        3,
        LIVE);
  }

  /** Gives an operator the mailbox of its harness, which {@link #turns} empties. */
  static void takeTurns(TrainOperator operator, AbstractStreamOperatorTestHarness<?> harness) {
    operator.setMailboxExecutor(
        new MailboxExecutorImpl(harness.getTaskMailbox(), 0, StreamTaskActionExecutor.IMMEDIATE));
  }

  /** All turns that are due. */
  static void turns(AbstractStreamOperatorTestHarness<?> harness) throws Exception {
    while (runMail(harness)) {}
  }

  private static boolean runMail(AbstractStreamOperatorTestHarness<?> harness) throws Exception {
    Optional<Mail> mail = harness.getTaskMailbox().tryTake(0);
    if (mail.isPresent()) {
      mail.get().run();
    }
    return mail.isPresent();
  }

  /** Takes examples in; nobody has a turn. */
  void takeIn(String adapterId, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      harness.processElement1(new StreamRecord<>(example(adapterId, i)));
    }
  }

  /** Runs one mail; the second after the last input is a turn. */
  boolean runMail() throws Exception {
    return runMail(harness);
  }

  void turns() throws Exception {
    turns(harness);
  }

  /** Takes examples in, and lets all have their turns. */
  void examples(String adapterId, int from, int to) throws Exception {
    takeIn(adapterId, from, to);
    turns();
  }

  void pairs(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      hear(pair(i));
    }
    turns();
  }

  /** Says of the first pairs that they are no longer active. */
  void withdrawPairs(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      harness.processElement2(new StreamRecord<>(pair(i, count + i, false)));
    }
  }

  static BroadcastRecord pair(int number) {
    return pair(number, number, true);
  }

  private static BroadcastRecord pair(int number, long offset, boolean active) {
    SafetyPair pair =
        SafetyPair.newBuilder()
            .setId("pair-" + number)
            .setPrompt(List.of(Turns.of("user", "prompt " + number)))
            .setSafe("safe " + number)
            .setHarmful("harmful " + number)
            .setActive(active)
            .build();
    return new BroadcastRecord.Pair(0, offset, RecordCodec.of(SafetyPair.class).encode(pair));
  }

  void command(String id, CommandKind kind, Map<String, String> arguments) throws Exception {
    command("helper", id, kind, arguments);
  }

  /** For one adapter, or for all by the name *. */
  void command(String adapterId, String id, CommandKind kind, Map<String, String> arguments)
      throws Exception {
    command(commandOf(id, "gate", kind, arguments).setAdapterId(adapterId).build());
  }

  /** When commands are heard. */
  static final long NOW = 2000;

  static ControlCommand.Builder commandOf(
      String id, String issuer, CommandKind kind, Map<String, String> arguments) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId("helper")
        .setKind(kind)
        .setArguments(arguments)
        .setIssuer(issuer)
        .setTime(1);
  }

  void command(ControlCommand command) throws Exception {
    byte[] bytes = RecordCodec.of(ControlCommand.class).encode(command);
    hear(new BroadcastRecord.Command(bytes, NOW));
  }

  /** Hears of a verdict: a version is harmful, and a rollback by this order follows. */
  void hold(String orderId, AdapterVersion version) throws Exception {
    Hold hold =
        new Hold(
            orderId,
            version.getAdapterId(),
            version.getGeneration(),
            version.getVersion(),
            version.getStep(),
            1L);
    hear(new BroadcastRecord.Hold(RecordCodec.of(Hold.class).encode(hold)));
  }

  /** Past the harness, which would set a key that the subtask may not hold: this input has none. */
  private void hear(BroadcastRecord record) throws Exception {
    ((TrainOperator) harness.getOperator()).processElement2(new StreamRecord<>(record));
  }

  /** A checkpoint, or a savepoint in one of its formats. */
  OperatorSubtaskState snapshot(long id, SnapshotType type) throws Exception {
    return harness.snapshotWithLocalState(id, id, type).getJobManagerOwnedState();
  }

  /** Begins a snapshot; it is written when somebody runs the futures. */
  OperatorSnapshotFutures beginSnapshot(long id) throws Exception {
    return harness
        .getOperator()
        .snapshotState(
            id,
            id,
            CheckpointOptions.forCheckpointWithDefaultLocation(),
            new MemCheckpointStreamFactory(16 << 20));
  }

  /** Writes a version of every adapter as it is; digests by adapter. */
  Map<String, String> digests() throws Exception {
    command("*", "probe-now", CommandKind.PROBE_NOW, Map.of());
    Map<String, String> newest = new TreeMap<>();
    versions().forEach(version -> newest.put(version.getAdapterId(), version.getSha256()));
    return newest;
  }

  List<TrainingStep> steps() {
    return harness.extractOutputValues();
  }

  List<AdapterVersion> versions() {
    return side(VERSIONS);
  }

  List<OpenWindow> windows() {
    return side(WINDOWS);
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
        new byte[] {(byte) number},
        new byte[0]);
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }

  static final class Resources implements TrainResources.Opened {
    private static final KernelOptions KERNEL = KernelOptions.training(new int[] {1, 2}, 1);

    private final BaseModel base;
    private final Kernel kernel;
    private final VersionStore store;
    private final VersionRetention retention;

    Resources(Path store, Path model, LoraSpec lora, Supplier<float[]> start) {
      this(store, model, lora, start, KEEP);
    }

    Resources(Path store, Path model, LoraSpec lora, Supplier<float[]> start, int keep) {
      this(store, model, lora, start, keep, KERNEL);
    }

    private Resources(
        Path store,
        Path model,
        LoraSpec lora,
        Supplier<float[]> start,
        int keep,
        KernelOptions options) {
      this.base = BaseModel.open(model, ComputeType.FLOAT32, "cpu");
      this.kernel = base.kernel(lora, options, start);
      this.store =
          new AdapterVersionStore(
              new AdapterVersions(new LocalVersionFiles(store)), kernel.layout(), "f1_llama");
      this.retention = new VersionRetention(new LocalVersionFiles(store), keep, adapterId -> null);
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
    public VersionRetention retention() {
      return retention;
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
