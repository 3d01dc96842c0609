package io.sapflow.cli;

import io.sapflow.lab.chaos.Soak;
import io.sapflow.lab.chaos.SoakResult;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow soak}: many adapters, little memory, a long time. */
@Command(
    name = "soak",
    description =
        "Trains more adapters than memory may hold, for a long time: is anything lost, does memory"
            + " grow?",
    sortOptions = false)
public final class SoakCommand implements Callable<Integer> {

  @Option(names = "--adapters", defaultValue = "1000", description = "How many; ${DEFAULT-VALUE}.")
  private int adapters;

  @Option(
      names = "--live",
      defaultValue = "50",
      description = "How many may be in memory at once; ${DEFAULT-VALUE}.")
  private int live;

  @Option(
      names = "--minutes",
      defaultValue = "30",
      description = "Minutes' worth of examples at the pace; ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--pace",
      defaultValue = "60",
      description = "Examples a second; ${DEFAULT-VALUE}.")
  private int pace;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "An option of the job.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    Soak.Plan plan = new Soak.Plan(adapters, live, minutes * 60 * pace, pace);
    SoakResult result = new Soak(plan, overrides, System.out::println).run();
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return result.holds() ? 0 : 1;
  }
}
