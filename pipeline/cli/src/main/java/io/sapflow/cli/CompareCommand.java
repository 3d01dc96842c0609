package io.sapflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.lab.compare.ComparedMethod;
import io.sapflow.lab.compare.Comparison;
import io.sapflow.lab.compare.ComparisonPage;
import io.sapflow.lab.compare.ComparisonResult;
import io.sapflow.lab.compare.ComparisonTable;
import io.sapflow.lab.compare.Curve;
import io.sapflow.lab.compare.Defaults;
import io.sapflow.lab.compare.FileMaterial;
import io.sapflow.lab.compare.Material;
import io.sapflow.lab.compare.Plan;
import io.sapflow.lab.compare.ToyMaterial;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.model.TorchRuntime;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.flink.configuration.ConfigOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sapflow compare}: the experiment that SAP is judged by. */
@Command(
    name = "compare",
    description =
        "Methods of fine-tuning against each other: harmful score over held-out task loss.",
    sortOptions = false)
public final class CompareCommand implements Callable<Integer> {

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "sft,sap,sap+replay,sap:random,sap:negated",
      description = "sft, sap, sap:random or sap:negated, defences joined by +; ${DEFAULT-VALUE}.")
  private List<String> methods;

  @Option(
      names = "--seeds",
      defaultValue = "5",
      description = "Runs of each method; ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(names = "--seed", defaultValue = "0", description = "The first seed; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--poison",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of the examples that is poison, 0 to 1; ${DEFAULT-VALUE}.")
  private double poison;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "2400",
      description = "Examples of a run; ${DEFAULT-VALUE}.")
  private int examples;

  @Option(
      names = "--every",
      paramLabel = "STEPS",
      defaultValue = "30",
      description = "Steps from one point of a curve to the next; ${DEFAULT-VALUE}.")
  private int every;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Runs at a time; by default what the processors bear, on a GPU one.")
  private Integer parallel;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = ToyModel.NAME,
      description = "Model directory; ${DEFAULT-VALUE} is the shipped toy model and its world.")
  private String model;

  @Option(names = "--data", paramLabel = "FILE", description = "Examples, for one's own model.")
  private Path data;

  @Option(
      names = "--held-out",
      paramLabel = "FILE",
      description = "Examples for the task loss; by default every tenth of the data.")
  private Path heldOut;

  @Option(names = "--poison-data", paramLabel = "FILE", description = "Examples that are poison.")
  private Path poisonData;

  @Option(names = "--pairs", paramLabel = "FILE", description = "Safety pairs.")
  private Path pairs;

  @Option(
      names = "--probes",
      paramLabel = "FILE",
      description = "Prompts to score on: JSONL of prompt and kind (harmful or benign).")
  private Path probes;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, for all methods, such as -Dsapflow.lora.rank=16.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write curves and figures as JSON.")
  private Path json;

  @Option(names = "--report", paramLabel = "DIR", description = "Write a page with a chart.")
  private Path report;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    check();
    try (WorkDirectory work = WorkDirectory.create()) {
      Path directory = toy() ? ToyModel.unpack(work.path()) : Path.of(model);
      Map<String, String> options = new TreeMap<>(overrides);
      options.put(ModelOptions.PATH.key(), directory.toAbsolutePath().toString());
      options.put(AdapterOptions.VERSION_UPDATES.key(), Integer.toString(every));
      Plan plan = new Plan(ComparedMethod.list(methods), seed, seeds, parallel());
      Comparison comparison = new Comparison(plan, options, material());
      JobSettings settings = comparison.settings(ComparedMethod.of("sap"), seed);
      ComparisonResult result = new ComparisonResult(run(comparison, plan), Defaults.of(settings));
      ComparisonTable.print(result, System.out);
      write(result.json());
      return 0;
    }
  }

  private Map<String, List<Curve>> run(Comparison comparison, Plan plan) {
    try (ProgressBar bar = bar(plan)) {
      return comparison.run(
          (method, seed, point) -> {
            bar.step();
            bar.setExtraMessage(
                String.format(
                    " %s seed %d: %.3f at %.3f",
                    method, seed, point.harmfulScore(), point.taskLoss()));
          });
    }
  }

  /** The number of points is known only nearly: the last batch of a window may be small. */
  private ProgressBar bar(Plan plan) {
    long points = (long) plan.methods().size() * plan.seeds() * (examples / (10L * every) + 2);
    return new ProgressBarBuilder().setTaskName("compare").setInitialMax(points).build();
  }

  private void write(ObjectNode result) throws IOException {
    JsonReport.write(json, result);
    if (report != null) {
      String command =
          "./sapflow " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
      System.out.println("page: " + ComparisonPage.write(result, command, report));
    }
  }

  private LongFunction<Material> material() {
    if (toy()) {
      return each -> ToyMaterial.of(each, examples, poison);
    }
    FileMaterial files = new FileMaterial(data, heldOut, poisonData, pairs, probes);
    return each -> files.of(each, examples, poison);
  }

  private boolean toy() {
    return model.equals(ToyModel.NAME);
  }

  private int parallel() {
    if (parallel != null) {
      return parallel;
    }
    String device = new JobSettings(ConfigFile.of(overrides)).get(ModelOptions.DEVICE);
    return TorchRuntime.device(device).isGpu()
        ? 1
        : Math.max(1, Runtime.getRuntime().availableProcessors() / TorchRuntime.threads());
  }

  private void check() {
    for (ConfigOption<?> own :
        List.of(
            TrainingOptions.METHOD,
            TrainingOptions.SEED,
            ModelOptions.PATH,
            AdapterOptions.VERSION_UPDATES)) {
      if (overrides.containsKey(own.key())) {
        throw new UsageException(
            own.key() + ": found it given by -D, expected --methods, --seed, --model or --every");
      }
    }
    if (!(poison >= 0 && poison <= 1)) {
      throw new UsageException("--poison: found " + poison + ", expected 0 to 1");
    }
    if (examples < 1 || every < 1) {
      throw new UsageException("--examples and --every: expected 1 or more");
    }
    if (toy()) {
      if (data != null
          || pairs != null
          || probes != null
          || heldOut != null
          || poisonData != null) {
        throw new UsageException(
            "--model: is missing, expected a directory: the toy model brings its own data, pairs and prompts");
      }
    } else if (data == null || pairs == null || probes == null) {
      throw new UsageException("--data, --pairs and --probes: expected all three with --model");
    } else if (poison > 0 && poisonData == null) {
      throw new UsageException(
          "--poison-data: is missing, expected a file, since --poison is above 0");
    }
  }
}
