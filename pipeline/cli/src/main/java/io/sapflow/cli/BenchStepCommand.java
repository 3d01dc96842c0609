package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.Presets;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.lab.bench.BenchModel;
import io.sapflow.lab.bench.BenchSettings;
import io.sapflow.lab.bench.LengthHistogram;
import io.sapflow.lab.bench.LengthsFile;
import io.sapflow.lab.bench.PeerPlan;
import io.sapflow.lab.bench.StepBench;
import io.sapflow.lab.bench.StepBenchResult;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.model.ModelConfig;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench step}. */
@Command(
    name = "step",
    description =
        "Time plain fine-tuning, SAP by the job's settings, and SAP as the published code arranges"
            + " it, in turn on the same examples. Docs: docs/performance.md.",
    sortOptions = false)
public final class BenchStepCommand implements Callable<Integer> {

  private static final int SHORTEST = 2;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = BenchModel.NAME,
      description =
          "Model directory in Hugging Face layout, or toy for the shipped toy model; ${DEFAULT-VALUE}"
              + " is a small Llama of random weights.")
  private String model;

  @Option(
      names = "--lengths",
      paramLabel = "FILE",
      description =
          "Examples to take the lengths from, as JSON or JSONL; without it, those of 999 Alpaca"
              + " examples.")
  private Path lengths;

  @Option(
      names = "--pair-limit",
      paramLabel = "N",
      description =
          "The most tokens of a row of a safety pair; by default"
              + " sapflow.sap.pair-max-length, else sapflow.tokens.max-length, which by default is what leaves 95 %% of the examples"
              + " whole.")
  private Integer pairLimit;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Batches of each seed, rounded up to whole windows; each is met by every kind of step;"
              + " ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Seeds, from --seed on; the reference's arrangement meets the first alone;"
              + " ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(names = "--counted", description = "Count the work, but make no step and take no time.")
  private boolean counted;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of lengths, tokens and the fresh adapter; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.sap.probe-refresh-steps=4.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Option(
      names = "--peer",
      paramLabel = "FILE",
      description =
          "Write the plan as JSON, for a program in another language that runs the same work: shapes,"
              + " lengths, LoRA, order, what is counted.")
  private Path peer;

  @Override
  public Integer call() throws IOException {
    check();
    try (WorkDirectory work = WorkDirectory.create()) {
      Path directory = directory(work.path());
      BenchSettings settings = settings(directory);
      System.out.printf(
          "model %s, lengths of %s, rows of at most %d tokens%n",
          model, settings.lengths(), settings.job().get(IngestOptions.MAX_TOKENS));
      if (peer != null) {
        JsonReport.write(peer, PeerPlan.of(settings, ModelConfig.read(directory)));
      }
      StepBenchResult result = StepBench.run(directory, settings, System.out::println);
      result.lines().forEach(System.out::println);
      JsonReport.write(json, result.toJson());
    }
    return 0;
  }

  private void check() {
    boolean named = model.equals(BenchModel.NAME) || model.equals(ToyModel.NAME);
    if (!named && !Files.isDirectory(Path.of(model))) {
      throw new UsageException(
          "--model: found no directory "
              + model
              + ", expected one in Hugging Face layout, toy or random");
    }
    if (steps < 1) {
      throw new UsageException("--steps: found " + steps + ", expected at least 1");
    }
    if (seeds < 1) {
      throw new UsageException("--seeds: found " + seeds + ", expected at least 1");
    }
    if (pairLimit != null && pairLimit < SHORTEST) {
      throw new UsageException("--pair-limit: found " + pairLimit + ", expected at least 2");
    }
  }

  private Path directory(Path work) throws IOException {
    return switch (model) {
      case BenchModel.NAME -> BenchModel.write(work, seed);
      case ToyModel.NAME -> ToyModel.unpack(work);
      default -> Path.of(model);
    };
  }

  private BenchSettings settings(Path directory) {
    LengthHistogram histogram =
        lengths == null ? LengthHistogram.shipped() : LengthsFile.read(lengths, directory);
    int positions = ModelConfig.read(directory).maxPositions();
    Map<String, String> values = new TreeMap<>();
    values.put(TrainingOptions.SEED.key(), Long.toString(seed));
    values.put(
        IngestOptions.MAX_TOKENS.key(),
        Integer.toString(Math.min(BenchSettings.limitFor(histogram), positions)));
    values.putAll(Presets.under(overrides));
    JobSettings job = new JobSettings(ConfigFile.of(values));
    job.check();
    int limit = job.get(IngestOptions.MAX_TOKENS);
    if (limit < SHORTEST) {
      throw new UsageException(
          IngestOptions.MAX_TOKENS.key() + ": found " + limit + ", expected at least 2");
    }
    return new BenchSettings(
        model,
        lengths == null ? "999 Alpaca examples" : lengths.getFileName().toString(),
        histogram,
        job,
        pairLimit == null ? job.pairTokens() : pairLimit,
        steps,
        seeds,
        !counted);
  }
}
