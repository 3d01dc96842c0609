package io.sapflow.cli;

import io.sapflow.job.JobSettings;
import io.sapflow.job.ModelFactory;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.OptionReader;
import io.sapflow.local.files.JsonReport;
import io.sapflow.ops.topics.DryRun;
import io.sapflow.ops.topics.DryRunReport;
import io.sapflow.ops.topics.SendProgress;
import io.sapflow.tokens.ModelEncoder;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options to look through a file of examples without a broker. */
final class DryRunMixin {

  @Option(
      names = "--dry-run",
      description =
          "Send nothing: show the first examples, count what is good, what the job would set aside"
              + " and why, duplicates, unknown fields and lengths. Needs no broker; exit code 1 if a"
              + " row is bad.")
  private boolean dryRun;

  @Option(
      names = "--show",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many examples a dry run shows; ${DEFAULT-VALUE}.")
  private int show;

  /** Whether that is what is asked for. */
  boolean asked() {
    return dryRun;
  }

  /** How many examples are shown. */
  int show() {
    if (show < 0) {
      throw new UsageException("--show: found " + show + ", expected 0 or more");
    }
    return show;
  }

  /**
   * The model that is asked; null for none.
   *
   * @param directory of the model; null for that of the settings
   */
  static ModelEncoder encoder(JobSettings settings, Path directory) {
    if (directory != null) {
      return ModelEncoder.open(directory, settings.get(IngestOptions.MAX_TOKENS));
    }
    return OptionReader.read(settings.configuration(), ModelOptions.PATH) == null
        ? null
        : ModelFactory.encoder(settings);
  }

  /**
   * Looks through the file and prints what there is.
   *
   * @param model null for none
   * @param json where the report is written, too; null for nowhere
   * @return the exit code
   */
  static int run(JobSettings settings, ModelEncoder model, DryRun.Order order, Path json)
      throws IOException {
    DryRunReport report =
        new DryRun(
                settings,
                model,
                System.currentTimeMillis(),
                new ShownExamples(),
                System.err::println,
                new SendProgress(System.err, Terminal.isStandardError()))
            .run(order);
    report.lines().forEach(System.out::println);
    JsonReport.write(json, report.json());
    return report.isGood() ? 0 : 1;
  }
}
