package io.sapflow.job;

import io.sapflow.alert.AlertFunction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Watched;
import io.sapflow.control.AlertCommandFunction;
import io.sapflow.control.CommandRules;
import io.sapflow.control.ControlFunction;
import io.sapflow.control.HoldFunction;
import io.sapflow.control.ScheduleFunction;
import io.sapflow.gate.GateFunction;
import io.sapflow.gate.Judgement;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.job.writer.WriterOperator;
import io.sapflow.probe.ProbeOperator;
import io.sapflow.probe.TrainedOnFunction;
import io.sapflow.publish.ProveFunction;
import io.sapflow.publish.PublishFunction;
import io.sapflow.publish.WebhookFunction;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.tokens.TokenizeFunction;
import io.sapflow.tokens.TokenizedExample;
import io.sapflow.train.BroadcastFunction;
import io.sapflow.train.BroadcastRecord;
import io.sapflow.train.BroadcastRecordTypeInfo;
import io.sapflow.train.IntakeLimits;
import io.sapflow.train.OpenWindow;
import io.sapflow.train.TrainOperator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/** The job's operators, in the order of the data. */
final class Topology {

  static final OutputTag<QuarantinedRecord> QUARANTINE =
      new OutputTag<>("quarantine", new AvroTypeInfo<>(QuarantinedRecord.class));
  static final OutputTag<AdapterVersion> VERSIONS =
      new OutputTag<>("versions", new AvroTypeInfo<>(AdapterVersion.class));

  private static final OutputTag<OpenWindow> WINDOWS =
      new OutputTag<>("windows", TypeInformation.of(OpenWindow.class));

  private static final OutputTag<Watched> POINTERS =
      new OutputTag<>("pointers", TypeInformation.of(Watched.class));

  private final TopicStreams topics;
  private final JobSettings settings;
  private final Map<Integer, Long> awaitedPairs;
  private final Map<Integer, Long> awaitedPrompts;

  /**
   * A topology.
   *
   * @param awaitedPairs last offset of each partition of the safety pairs at submission
   * @param awaitedPrompts the same of the probe prompts
   */
  Topology(
      TopicStreams topics,
      JobSettings settings,
      Map<Integer, Long> awaitedPairs,
      Map<Integer, Long> awaitedPrompts) {
    this.topics = topics;
    this.settings = settings;
    this.awaitedPairs = awaitedPairs;
    this.awaitedPrompts = awaitedPrompts;
  }

  void build() {
    SingleOutputStreamOperator<TokenizedExample> examples = examples();
    SingleOutputStreamOperator<BroadcastRecord> signals =
        signals(
                "signals",
                settings.pairTokens(),
                topics
                    .source(Topic.SAFETY_PAIRS)
                    .union(topics.source(Topic.CONTROL), topics.source(Topic.HOLDS)))
            // A hold is soon of no use, and there are few signals.
            .setBufferTimeout(0);
    SingleOutputStreamOperator<BroadcastRecord> prompts =
        signals(
            "prompts", settings.get(IngestOptions.MAX_TOKENS), topics.source(Topic.PROBE_PROMPTS));
    SingleOutputStreamOperator<BroadcastRecord> asked = untrained(prompts, signals);
    SingleOutputStreamOperator<TrainingStep> steps = train(examples, signals);
    DataStream<AdapterVersion> candidates = candidates(steps.getSideOutput(VERSIONS));
    SingleOutputStreamOperator<ProbeReport> reports = probe(candidates, asked);
    SingleOutputStreamOperator<Judgement> judgements = judge(reports);
    SingleOutputStreamOperator<RawRecord> proven = prove();
    SingleOutputStreamOperator<QuarantinedRecord> unpublished = publish(proven);

    topics.sink(steps, Topic.STEPS, TrainingStep.class, TrainingStep::getAdapterId);
    topics.sink(
        steps
            .getSideOutput(VERSIONS)
            .union(reports.getSideOutput(VERSIONS), judgements.getSideOutput(VERSIONS)),
        Topic.ADAPTERS,
        AdapterVersion.class,
        AdapterVersion::getAdapterId);
    topics.sink(reports, Topic.PROBES, ProbeReport.class, ProbeReport::getAdapterId);
    DataStream<QuarantinedRecord> quarantined =
        examples
            .getSideOutput(QUARANTINE)
            .union(
                signals.getSideOutput(QUARANTINE),
                prompts.getSideOutput(QUARANTINE),
                asked.getSideOutput(QUARANTINE),
                steps.getSideOutput(QUARANTINE),
                proven.getSideOutput(QUARANTINE),
                unpublished,
                tell());
    DataStream<Watched> watched =
        watched(judgements, steps, candidates, quarantined)
            .union(unpublished.getSideOutput(POINTERS));
    DataStream<SafetyAlert> alerts = alerts(watched);
    topics.sink(alerts, Topic.ALERTS, SafetyAlert.class, SafetyAlert::getFingerprint);
    topics.sink(
        commands(judgements)
            .union(
                commands(alerts, settings.alerts()),
                scheduled(watched, steps.getSideOutput(WINDOWS))),
        Topic.CONTROL,
        ControlCommand.class,
        ControlCommand::getAdapterId);
    topics.sink(quarantined, topics.quarantineSchema(), Topic.QUARANTINE);
    TelemetryStreams.build(judgements, steps, settings.outside().telemetry());
    topics.sinkAtOnce(holds(judgements), Topic.HOLDS, Hold.class, Hold::getAdapterId);
  }

  private SingleOutputStreamOperator<TokenizedExample> examples() {
    JobSettings opening = settings; // which travels to the tasks, as this topology does not
    return topics
        .source(Topic.EXAMPLES, List.copyOf(settings.sources().exampleTopics()))
        .process(
            new TokenizeFunction(
                encoders(settings.get(IngestOptions.MAX_TOKENS)),
                settings.ingest(),
                settings.adapters(),
                () -> NoRestart.open(() -> opening.formats().decoder(System.getenv())),
                () -> NoRestart.open(() -> new SourceBindings(opening.sources(), System.getenv())),
                QUARANTINE))
        .returns(TypeInformation.of(TokenizedExample.class))
        .name("tokenize")
        .uid("tokenize");
  }

  private ModelEncoder.Source encoders(int maxTokens) {
    JobSettings opening = settings; // which travels to the tasks, as this topology does not
    return () -> NoRestart.open(() -> ModelFactory.encoder(opening, maxTokens));
  }

  private SingleOutputStreamOperator<BroadcastRecord> signals(
      String name, int maxTokens, DataStream<RawRecord> records) {
    return records
        .process(
            new BroadcastFunction(
                encoders(maxTokens),
                settings.get(ProbeOptions.ANSWER_TOKENS),
                settings.ingest(),
                settings.topics(),
                settings.signature(),
                QUARANTINE))
        .returns(BroadcastRecordTypeInfo.INSTANCE)
        .setParallelism(1)
        .name(name)
        .uid(name);
  }

  /** The prompts that are no safety pairs as well. */
  private SingleOutputStreamOperator<BroadcastRecord> untrained(
      DataStream<BroadcastRecord> prompts, DataStream<BroadcastRecord> pairs) {
    return prompts
        .connect(pairs)
        .process(new TrainedOnFunction(settings.topics().of(Topic.PROBE_PROMPTS), QUARANTINE))
        .returns(BroadcastRecordTypeInfo.INSTANCE)
        .setParallelism(1)
        .name("untrained")
        .uid("untrained");
  }

  private SingleOutputStreamOperator<TrainingStep> train(
      DataStream<TokenizedExample> examples, DataStream<BroadcastRecord> signals) {
    return examples
        .keyBy(TokenizedExample::adapterId)
        .connect(signals.broadcast())
        .transform(
            "train",
            new AvroTypeInfo<>(TrainingStep.class),
            new TrainOperator(
                settings.train(),
                new IntakeLimits(
                    settings.get(TrainingOptions.AHEAD).getBytes(),
                    settings.get(TrainingOptions.HOLD_TIMEOUT)),
                new CommandRules(),
                settings.adapters(),
                settings.metrics(),
                new ModelResources(settings),
                awaitedPairs,
                VERSIONS,
                QUARANTINE,
                WINDOWS))
        .slotSharingGroup(SlotGroups.train(settings))
        .uid("train");
  }

  private static DataStream<AdapterVersion> candidates(DataStream<AdapterVersion> versions) {
    return versions
        .filter(version -> version.getStatus() == VersionStatus.CANDIDATE)
        .name("candidates")
        .uid("candidates");
  }

  private SingleOutputStreamOperator<ProbeReport> probe(
      DataStream<AdapterVersion> candidates, DataStream<BroadcastRecord> prompts) {
    return candidates
        .keyBy(AdapterVersion::getAdapterId)
        .connect(prompts.broadcast())
        .transform(
            "probe",
            new AvroTypeInfo<>(ProbeReport.class),
            new ProbeOperator(
                new ProbeModelResources(settings), settings.metrics(), awaitedPrompts, VERSIONS))
        .slotSharingGroup(SlotGroups.probe(settings))
        .uid("probe");
  }

  private SingleOutputStreamOperator<Judgement> judge(DataStream<ProbeReport> reports) {
    return reports
        .keyBy(ProbeReport::getAdapterId)
        .process(new GateFunction(settings.gate(), settings.metrics(), VERSIONS))
        .returns(TypeInformation.of(Judgement.class))
        .slotSharingGroup(SlotGroups.OTHERS) // it would be in that of what it reads
        .name("gate")
        .uid("gate");
  }

  private DataStream<SafetyAlert> alerts(DataStream<Watched> watched) {
    return watched
        .keyBy(Watched::adapterId)
        .process(
            new AlertFunction(
                settings.alerts(),
                settings.get(AlertOptions.RUNBOOK),
                settings.get(GateOptions.SOURCE_EXAMPLES),
                settings.get(CheckpointOptions.INTERVAL)))
        .returns(new AvroTypeInfo<>(SafetyAlert.class))
        .name("alert")
        .uid("alert");
  }

  private static DataStream<Watched> watched(
      DataStream<Judgement> judgements,
      DataStream<TrainingStep> steps,
      DataStream<AdapterVersion> candidates,
      DataStream<QuarantinedRecord> quarantined) {
    return watched("judgements", judgements.map(Watched::of))
        .union(
            watched("steps", steps.map(Watched::of)),
            watched("candidates", candidates.map(Watched::of)),
            watched("quarantined", quarantined.map(Watched::of)));
  }

  private static DataStream<Watched> watched(
      String what, SingleOutputStreamOperator<Watched> records) {
    String name = "watched-" + what;
    return records.returns(TypeInformation.of(Watched.class)).name(name).uid(name);
  }

  private static DataStream<ControlCommand> commands(DataStream<Judgement> judgements) {
    return judgements
        .flatMap(new ControlFunction())
        .returns(new AvroTypeInfo<>(ControlCommand.class))
        .name("orders")
        .uid("orders");
  }

  private static DataStream<Hold> holds(DataStream<Judgement> judgements) {
    return judgements
        .flatMap(new HoldFunction())
        .returns(new AvroTypeInfo<>(Hold.class))
        .name("holds")
        .uid("holds");
  }

  private static DataStream<ControlCommand> commands(
      DataStream<SafetyAlert> alerts, List<AlertRule> rules) {
    return alerts
        .flatMap(new AlertCommandFunction(rules))
        .returns(new AvroTypeInfo<>(ControlCommand.class))
        .name("alert-orders")
        .uid("alert-orders");
  }

  private DataStream<ControlCommand> scheduled(
      DataStream<Watched> watched, DataStream<OpenWindow> windows) {
    return watched
        .keyBy(Watched::adapterId)
        .connect(windows.keyBy(OpenWindow::adapterId))
        .process(
            new ScheduleFunction(
                settings.probeInterval(), settings.maxWait(), settings.incidentTimeout()))
        .returns(new AvroTypeInfo<>(ControlCommand.class))
        .name("schedule")
        .uid("schedule");
  }

  /** Reads back what is committed: nothing outside of Kafka happens for what is not. */
  private SingleOutputStreamOperator<RawRecord> prove() {
    return topics
        .source(Topic.ADAPTERS)
        .union(topics.source(Topic.PROBES))
        .keyBy(ProveFunction.adapter())
        .process(
            new ProveFunction(settings.gate(), settings.topics(), settings.signature(), QUARANTINE))
        .returns(TypeInformation.of(RawRecord.class))
        .setParallelism(1)
        .name("prove")
        .uid("prove");
  }

  private SingleOutputStreamOperator<QuarantinedRecord> publish(
      SingleOutputStreamOperator<RawRecord> proven) {
    JobSettings opening = settings; // which travels to the tasks, as this topology does not
    SingleOutputStreamOperator<RawRecord> written =
        proven
            .transform(
                "writer",
                TypeInformation.of(RawRecord.class),
                new WriterOperator(() -> new Writers(opening).take()))
            .setParallelism(1)
            .uid("writer");
    return written
        .process(
            new PublishFunction(
                () -> new Writers(opening).open(),
                () -> PointerTopics.of(opening),
                settings.outside().vllm(),
                POINTERS))
        .returns(new AvroTypeInfo<>(QuarantinedRecord.class))
        .setParallelism(1)
        .name("publish")
        .uid("publish");
  }

  /** The same for people: they hear of no alert that is not committed. */
  private SingleOutputStreamOperator<QuarantinedRecord> tell() {
    return topics
        .source(Topic.ALERTS)
        .keyBy(WebhookFunction.fingerprint())
        .process(
            new WebhookFunction(
                settings.outside().webhook(), settings.get(CheckpointOptions.INTERVAL)))
        .returns(new AvroTypeInfo<>(QuarantinedRecord.class))
        .setParallelism(1)
        .name("webhook")
        .uid("webhook");
  }
}
