package io.sapflow.cli;

import io.sapflow.job.JobSettings;
import io.sapflow.job.access.AccessList;
import io.sapflow.local.files.JsonReport;
import io.sapflow.ops.blame.Blame;
import io.sapflow.ops.blame.BlameResult;
import io.sapflow.ops.topics.Brokers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow blame}: which source, and which of its offsets, made a version harmful. */
@Command(
    name = "blame",
    description = {
      "Tell which examples made a version harmful: trains the version's parent on each source's"
          + " examples alone, then on ranges of the worst source's offsets, and probes what comes"
          + " of it, with the judges that the job's reports have (sapflow.probe.judges; keys"
          + " SAPFLOW_JUDGE_NAME_KEY in the environment). Over-refusal, in the JSON, is told by the"
          + " judge refusal, English phrases, whatever the judges are.",
      "It only reads topics and store: the job may run. Exit code 0 if one source alone takes the"
          + " harmful score beyond the gate's limit, 1 if not; with a single source, one range."
    },
    sortOptions = false)
public final class BlameCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "VERSION", description = "As watch adapters names it.")
  private String version;

  @Mixin private BrokerMixin broker;

  @Option(
      names = "--slices",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "The most sources that are tried by themselves, the strongest pushes first, and the"
              + " ranges of offsets; ${DEFAULT-VALUE}.")
  private int slices;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "400",
      description =
          "The most examples that a slice is trained on. Every slice is trained on as many as the"
              + " whole range has, smaller ones more than once; ${DEFAULT-VALUE}.")
  private int examples;

  @Option(
      names = "--score-only",
      description =
          "Train nothing: score how far each example pushes along the parent's harmful direction.")
  private boolean scoreOnly;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the findings as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    Blame.Plan plan = plan();
    JobSettings settings = broker.settings();
    settings.check();
    Brokers brokers = broker.brokers(AccessList.ofBlame(settings));
    BlameResult result = new Blame(settings, brokers, plan, System.out::println).run(version);
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return result.confirmed() ? 0 : 1;
  }

  private Blame.Plan plan() {
    try {
      return new Blame.Plan(slices, examples, scoreOnly);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
