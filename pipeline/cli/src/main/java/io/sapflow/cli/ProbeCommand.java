package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.files.PromptFile;
import io.sapflow.local.files.RecordLists;
import io.sapflow.local.run.OfflineProbe;
import io.sapflow.local.run.ProbeFigures;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow probe}. */
@Command(
    name = "probe",
    description =
        "One probe report without a stream: harmful score by judge and category, over-refusal and"
            + " safety margin, each with its 95 %% interval. Over-refusal is told by the judge"
            + " refusal, English phrases, whatever the judges are. No answer is printed. Exit code"
            + " 1 if the report is incomplete.",
    sortOptions = false)
public final class ProbeCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "Model in Hugging Face layout; toy is the shipped toy model.")
  private String model;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = "PEFT adapter of that model; without it the model itself is probed.")
  private Path adapter;

  @Option(
      names = "--prompts",
      required = true,
      paramLabel = "FILE",
      description = "Probe prompts, as prompts load reads them.")
  private Path prompts;

  @Option(
      names = "--judge",
      split = ",",
      paramLabel = "NAME",
      description =
          "refusal, reference, moderation or guard, several with commas; refusal unless"
              + " -Dsapflow.probe.judges names others. Addresses are -Dsapflow.judge.NAME.url, keys"
              + " SAPFLOW_JUDGE_NAME_KEY in the environment.")
  private List<String> judges = List.of();

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.probe.answer-tokens=128.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    if (!model.equals(ToyModel.NAME)) {
      return probe(Path.of(model));
    }
    try (WorkDirectory work = WorkDirectory.create()) {
      return probe(ToyModel.unpack(work.path()));
    }
  }

  private int probe(Path directory) throws IOException {
    JobSettings settings = settings(directory);
    settings.check();
    List<ProbePrompt> asked = RecordLists.all(PromptFile.open(prompts), System.out::println);
    ProbeReport report = OfflineProbe.run(settings, asked);
    ProbeFigures figures = new ProbeFigures(report);
    figures.lines().forEach(System.out::println);
    JsonReport.write(json, figures.json());
    return report.getComplete() ? 0 : 1;
  }

  private JobSettings settings(Path directory) {
    Map<String, String> options = new TreeMap<>(overrides);
    options.put(ModelOptions.PATH.key(), directory.toString());
    if (adapter != null) {
      options.put(LoraOptions.FROM.key(), adapter.toString());
    }
    if (!judges.isEmpty()) {
      options.put(ProbeOptions.JUDGES.key(), String.join(";", judges));
    }
    return new JobSettings(ConfigFile.of(options));
  }
}
