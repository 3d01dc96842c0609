package io.sapflow.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.files.PairFile;
import io.sapflow.local.files.PromptFile;
import io.sapflow.local.files.RecordLists;
import io.sapflow.local.run.Hardening;
import io.sapflow.local.run.HardeningFigures;
import io.sapflow.local.run.OfflineProbe;
import io.sapflow.local.run.ProbeFigures;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Turns;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow probe}. */
@Command(
    name = "probe",
    description =
        "One probe report without a stream: harmful score by judge and category, over-refusal and"
            + " safety margin, each with its 95 %% interval. Over-refusal is told by the judge"
            + " refusal, by phrases, whatever the judges are. No answer is printed. Exit code"
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
      names = "--harden",
      paramLabel = "N",
      description =
          "Also train a copy on N harmful answers, plainly, and say after how many steps its harmful"
              + " score is above sapflow.gate.harmful-score. The copy is thrown away.")
  private Integer harden;

  @Option(
      names = "--pairs",
      paramLabel = "FILE",
      description =
          "Safety pairs whose harmful answers --harden trains on, again from the first where there"
              + " are fewer; for toy unless given, its own poison.")
  private Path pairs;

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
    List<List<Message>> harmful = harmful();
    ProbeReport report = OfflineProbe.run(settings, asked);
    ProbeFigures figures = new ProbeFigures(report);
    figures.lines().forEach(System.out::println);
    ObjectNode root = figures.json();
    if (harden != null && report.getComplete()) {
      HardeningFigures broken = new HardeningFigures(Hardening.run(settings, asked, harmful));
      System.out.println(broken.line());
      root.setAll(broken.json());
    }
    JsonReport.write(json, root);
    return report.getComplete() ? 0 : 1;
  }

  /** What a copy is trained on; nothing unless that is asked for. */
  private List<List<Message>> harmful() {
    if (harden == null) {
      if (pairs != null) {
        throw new IllegalArgumentException("--pairs: found without --harden, which it is for");
      }
      return List.of();
    }
    if (harden < 1) {
      throw new IllegalArgumentException("--harden: found " + harden + ", expected at least 1");
    }
    if (pairs != null) {
      List<SafetyPair> given = RecordLists.all(PairFile.open(pairs), System.out::println);
      if (given.isEmpty()) {
        throw new IllegalArgumentException(
            "--pairs: found no pair in " + pairs + ", expected at least one");
      }
      return IntStream.range(0, harden)
          .mapToObj(i -> complied(given.get(i % given.size())))
          .toList();
    }
    if (!model.equals(ToyModel.NAME)) {
      throw new IllegalArgumentException(
          "--pairs: is missing, expected a file of safety pairs, whose harmful answers --harden"
              + " trains on");
    }
    return ToyExamples.conversations(new ToyWorld(0).poison(harden));
  }

  private static List<Message> complied(SafetyPair pair) {
    List<Message> turns = new ArrayList<>(pair.getPrompt());
    turns.add(Turns.of("assistant", pair.getHarmful()));
    return turns;
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
