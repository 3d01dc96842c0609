package io.sapflow.cli;

import io.sapflow.lab.drill.Drill;
import io.sapflow.lab.drill.DrillResult;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow drill}: scripted incidents against the safety loop. */
@Command(
    name = "drill",
    description = {
      "Play scripted incidents against the safety loop, on a real broker and a real cluster.",
      "Exit code 0 if each raises the alerts it must and no others, nothing above the gate's limit"
          + " is ever promoted, and the poisoned source ranks first; 1 if not.",
      "Alerts end when they end (sapflow.alert.RULE.keep-firing-for is 0), and nobody has to",
      "acknowledge what was done (sapflow.alert.incident.enabled is false)."
    },
    sortOptions = false)
public final class DrillCommand implements Callable<Integer> {

  @Option(names = "--short", description = "In few examples: minutes instead of an hour.")
  private boolean inShort;

  @Option(
      names = "--incident",
      paramLabel = "NAME",
      description = "One that is to be played, and again for another; all if none is given.")
  private Set<String> incidents = new LinkedHashSet<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "How often each is played, each time with another seed; once, but the benign ones in"
              + " full three times.")
  private Integer seeds;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    DrillResult result = new Drill(plan(), System.out::println).run();
    System.out.println(result.line());
    JsonReport.write(json, result.toJson());
    return result.pass() ? 0 : 1;
  }

  private Drill.Plan plan() {
    if (seeds != null && seeds < 1) {
      throw new UsageException("--seeds: found " + seeds + ", expected 1 or more");
    }
    try {
      return new Drill.Plan(incidents, inShort, seeds == null ? 0 : seeds);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }
}
