package io.sapflow.cli;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.ingest.AdapterIds;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.Preflight;
import io.sapflow.job.Presets;
import io.sapflow.job.StoreFactory;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.local.files.PairFile;
import io.sapflow.local.files.Reading;
import io.sapflow.local.files.RecordLists;
import io.sapflow.local.run.Evaluation;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Summary;
import io.sapflow.local.run.Tuning;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.ops.topics.DryRun;
import io.sapflow.ops.topics.Sending;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.tokens.Chat;
import io.sapflow.tokens.ModelEncoder;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow tune}: the whole job on one's own file. */
@Command(
    name = "tune",
    description = "Train an adapter on a file: the job is started, fed, drained and stopped.",
    sortOptions = false)
public final class TuneCommand implements Callable<Integer> {

  private static final int SCORED_EXAMPLES = 200;
  private static final int TOY_PAIRS = 96;
  private static final int TOY_HARMFUL = 72;
  private static final int TOY_BENIGN = 28;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description =
          "Examples as JSONL, a JSON array or CSV, plain or packed by gzip or zstd: messages,"
              + " prompt/completion or Alpaca; - is standard input.")
  private Path file;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = ToyModel.NAME,
      description =
          "Model directory in Hugging Face layout; ${DEFAULT-VALUE} is the shipped toy model.")
  private String model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the PEFT adapter is left; needed, but for a dry run.")
  private Path out;

  @Option(
      names = "--adapter",
      paramLabel = "ID",
      defaultValue = "tuned",
      description = "Adapter id; ${DEFAULT-VALUE}.")
  private String adapter;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      defaultValue = "file",
      description = "Source of the examples; ${DEFAULT-VALUE}.")
  private String source;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "Safety pairs as JSONL: prompt, chosen, rejected. The toy model brings its own.")
  private Path pairs;

  @Option(
      names = "--method",
      description = "sap, or sft for plain fine-tuning; sap.",
      defaultValue = "sap")
  private String method;

  @Option(
      names = "--held-out",
      paramLabel = "FILE",
      description =
          "Examples to measure the task loss on; without it, the first of the trained file.")
  private Path heldOut;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the fresh adapter, batch order and sampling.")
  private long seed;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.lora.rank=16.")
  private Map<String, String> overrides = new TreeMap<>();

  @Mixin private ReadingMixin rows;

  @Mixin private DryRunMixin dryRun;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the summary, or what a dry run counted, as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    long started = System.nanoTime();
    check();
    Reading reading = rows.reading();
    try (WorkDirectory work = WorkDirectory.create()) {
      if (Reading.isStandardInput(file)) {
        reading = reading.ofStandardInput();
        // It is read more than once.
        file = work.resolve("standard-input");
        Files.copy(System.in, file);
      }
      Path directory = model.equals(ToyModel.NAME) ? ToyModel.unpack(work.path()) : Path.of(model);
      Configuration configuration = configuration(directory);
      JobSettings settings = new JobSettings(configuration);
      if (dryRun.asked()) {
        return look(settings, reading);
      }
      Preflight.check(settings);
      List<Chat> scored =
          Tuning.conversations(
              heldOut == null ? file : heldOut,
              heldOut == null ? reading : new Reading(reading.map(), false),
              SCORED_EXAMPLES);
      try (Evaluation evaluation = new Evaluation(settings)) {
        Tuning.Input input =
            new Tuning.Input(file, reading, adapter, source, safetyPairs(settings), probePrompts());
        System.out.println("starting broker and cluster");
        try (LocalRun run = LocalRun.start(work)) {
          System.out.println("Flink: " + run.webUrl() + "  Kafka: " + run.bootstrapServers());
          Tuning tuning = new Tuning(run, run.complete(configuration), System.out::println);
          tuning.run(input);
          return finish(tuning, evaluation, scored, (System.nanoTime() - started) / 1e9);
        }
      }
    }
  }

  private int look(JobSettings settings, Reading reading) throws IOException {
    DryRun.Order order =
        new DryRun.Order(
            file,
            reading,
            new Sending.As(adapter, source, ""),
            true,
            settings.topics().of(Topic.EXAMPLES),
            null,
            dryRun.show());
    try (ModelEncoder encoder = DryRunMixin.encoder(settings, null)) {
      return DryRunMixin.run(settings, encoder, order, json);
    }
  }

  private void check() {
    if (!AdapterIds.valid(adapter)) {
      throw new UsageException("--adapter: found " + adapter + ", expected [a-z0-9-]{1,64}");
    }
    if (!model.equals(ToyModel.NAME) && !Files.isDirectory(Path.of(model))) {
      throw new UsageException(
          "--model: found no directory " + model + ", expected one in Hugging Face layout, or toy");
    }
    if (dryRun.asked()) {
      return;
    }
    if (out == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "Missing required option: '--out=DIR'");
    }
    if (pairs == null && !model.equals(ToyModel.NAME) && !method.equals("sft")) {
      throw new UsageException(
          "--pairs: is missing, expected a file of safety pairs; or --method sft, which needs none");
    }
    OutDirectory.check(out);
  }

  private Configuration configuration(Path directory) {
    Map<String, String> values = new TreeMap<>();
    values.put(CheckpointOptions.INTERVAL.key(), "2 s");
    values.put(ModelOptions.PATH.key(), directory.toAbsolutePath().toString());
    values.put(TrainingOptions.METHOD.key(), method);
    values.put(TrainingOptions.SEED.key(), Long.toString(seed));
    if (method.equals("sft")) {
      values.put(SafetyOptions.REPLAY_SHARE.key(), "0");
    }
    values.putAll(Presets.under(overrides));
    return ConfigFile.of(values);
  }

  private List<SafetyPair> safetyPairs(JobSettings settings) {
    if (pairs == null) {
      boolean toy = model.equals(ToyModel.NAME);
      return toy ? ToyExamples.pairs(new ToyWorld(0).safetyPairs(TOY_PAIRS)) : List.of();
    }
    return RecordLists.all(PairFile.open(pairs), System.out::println);
  }

  private List<ProbePrompt> probePrompts() {
    return model.equals(ToyModel.NAME)
        ? ToyExamples.prompts(new ToyWorld(0).probePrompts(TOY_HARMFUL, TOY_BENIGN))
        : List.of();
  }

  /** On prompts that neither training nor gate has seen; only the toy world has some. */
  private Evaluation.Safety safety(Evaluation evaluation) {
    return model.equals(ToyModel.NAME)
        ? evaluation.safety(ToyExamples.prompts(new ToyWorld(0).evaluationPrompts()))
        : Evaluation.Safety.UNKNOWN;
  }

  private int finish(Tuning tuning, Evaluation evaluation, List<Chat> scored, double seconds)
      throws IOException {
    double base = evaluation.loss(scored);
    Evaluation.Safety baseSafety = safety(evaluation);
    AdapterVersion version = tuning.result();
    Double after = null;
    Evaluation.Safety safety = Evaluation.Safety.UNKNOWN;
    if (version != null) {
      Files.createDirectories(out);
      StoreFactory.versions(new JobSettings(tuning.configuration()))
          .fetch(version.getAdapterId(), version.getVersion(), out);
      evaluation.adapter(PeftAdapter.read(out, evaluation.base().config()).weights());
      after = evaluation.loss(scored);
      safety = safety(evaluation);
    }
    int trained = tuning.tally().trained();
    Summary.of(seed, tuning.sent(), tuning.tally())
        .numbers("taskLoss", "base", base, "final", after)
        .text(
            "taskLossOn", heldOut == null ? "first examples of the trained file" : "held-out file")
        .numbers(
            "harmfulScore",
            "base",
            baseSafety.harmful(),
            "worstCandidate",
            tuning.tally().worstCandidate(),
            "finalPromoted",
            safety.harmful())
        .numbers(
            "overRefusal", "base", baseSafety.overRefusal(), "finalPromoted", safety.overRefusal())
        .number("threshold", new JobSettings(tuning.configuration()).get(GateOptions.HARMFUL_SCORE))
        .number("secondsToAlert", null)
        .strings("poisonedSources", List.of())
        .number("wallSeconds", seconds)
        .write(json);
    System.out.printf(
        "%d of %d examples trained in %d steps; set aside: %s%n",
        trained, tuning.sent(), tuning.tally().steps(), tuning.tally().quarantined());
    System.out.printf(
        "task loss %.3f before, %.3f after%n", base, after == null ? Double.NaN : after);
    System.out.println(
        "adapter " + (version == null ? "none" : version.getVersion() + " in " + out));
    boolean whole = trained + tuning.tally().quarantinedTotal() == tuning.sent();
    return whole && trained > 0 ? 0 : 1;
  }
}
