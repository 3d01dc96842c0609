package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.JobSettings;
import io.sapflow.ops.models.ModelReport;
import io.sapflow.ops.models.PeakMemory;
import io.sapflow.ops.models.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model try}. */
@Command(
    name = "try",
    description =
        "Load a model, train a few SAP steps on random tokens and generate; the peak of memory"
            + " beside what inspect foretells. Exit code 1 if they differ by more than 15 %%.",
    sortOptions = false)
public final class TryModelCommand implements Callable<Integer> {

  private static final double LARGEST_DEVIATION = 0.15;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Parameters(index = "0", paramLabel = "DIR", description = "Model in Hugging Face layout.")
  private Path directory;

  @Option(names = "--steps", defaultValue = "3", description = "SAP steps; ${DEFAULT-VALUE}.")
  private int steps;

  @Mixin private SettingsMixin mixin;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    JobSettings settings = mixin.settings();
    ModelReport report = ModelReport.of(directory, settings, mixin.length());
    Trial trial = Trial.run(directory, settings, mixin.length(), steps);
    OptionalLong peak = PeakMemory.bytes();
    long foretold = report.forecast().peak();
    Double deviation = peak.isPresent() ? (double) peak.getAsLong() / foretold - 1 : null;
    System.out.printf(
        "loaded in %.1f s, steps %s s, %d tokens generated in %.1f s%n",
        trial.loadSeconds(),
        trial.stepSeconds().stream().map(s -> String.format("%.1f", s)).toList(),
        trial.generated(),
        trial.generateSeconds());
    System.out.println(
        "task losses " + trial.losses().stream().map(l -> String.format("%.3f", l)).toList());
    System.out.printf(
        "peak %s, foretold %d MiB%s%n",
        peak.isPresent() ? (peak.getAsLong() >> 20) + " MiB" : "not known on this system",
        foretold >> 20,
        deviation == null ? "" : String.format(" (%+.1f %%)", 100 * deviation));
    if (json != null) {
      write(trial, peak, foretold);
    }
    return deviation == null || Math.abs(deviation) <= LARGEST_DEVIATION ? 0 : 1;
  }

  private void write(Trial trial, OptionalLong peak, long foretold) throws IOException {
    ObjectNode root = JSON.valueToTree(trial);
    root.put("peakBytes", peak.isPresent() ? Long.valueOf(peak.getAsLong()) : null);
    root.put("foretoldBytes", foretold);
    JSON.writeValue(json.toFile(), root);
  }
}
