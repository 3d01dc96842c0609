package io.sapflow.cli;

import io.sapflow.lab.chaos.Chaos;
import io.sapflow.lab.chaos.ChaosPlan;
import io.sapflow.lab.chaos.ChaosResult;
import io.sapflow.lab.chaos.RecordsChaos;
import io.sapflow.lab.chaos.RecordsPlan;
import io.sapflow.lab.chaos.RecordsResult;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow chaos}: the job under {@code kill -9}, or under hostile records. */
@Command(
    name = "chaos",
    description = {
      "Kills processes of a real cluster, and brings other faults, at random moments, and compares with a run left alone.",
      "With --records it feeds hostile records instead, with good ones between them."
    },
    sortOptions = false)
public final class ChaosCommand implements Callable<Integer> {

  @Option(names = "--kills", defaultValue = "3", description = "How many; ${DEFAULT-VALUE}.")
  private int kills;

  @Option(
      names = "--target",
      defaultValue = "any",
      description =
          "tm, jm, broker (killed), stop (a process stands still), partition (nothing comes through"
              + " to the broker), record (one inflates), disk (the store's is full; as root), instance (a"
              + " second one is started), replaced (an empty broker takes the other one's place, at"
              + " the end), or any for each in turn; ${DEFAULT-VALUE}.")
  private String target;

  @Option(
      names = "--records",
      paramLabel = "N",
      description =
          "Feed N mutated and hostile records of every codec, with 1000 good ones between them,"
              + " and kill nothing.")
  private Long records;

  @Option(names = "--adapters", defaultValue = "2", description = "How many; ${DEFAULT-VALUE}.")
  private int adapters;

  @Option(
      names = "--incident",
      description = "A source turns to poison; the other run gets the first one's commands.")
  private boolean incident;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of stream, job and moments; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.checkpoint.interval='3 s'.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Keep adapter store and topics of both runs here.")
  private Path out;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    return records == null ? kills() : records();
  }

  private int records() throws IOException {
    RecordsPlan plan = new RecordsPlan(records, RecordsPlan.GOOD, seed);
    RecordsResult result = new RecordsChaos(plan, overrides, System.out::println).run();
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return result.holds() ? 0 : 1;
  }

  private int kills() throws IOException {
    ChaosPlan plan = new ChaosPlan(kills, target(), adapters, incident, seed);
    if (out != null) {
      for (String run : new String[] {"disturbed", "undisturbed"}) {
        if (Files.exists(out.resolve(run))) {
          throw new UsageException("--out: " + out.resolve(run) + " exists already");
        }
      }
    }
    ChaosResult result = new Chaos(plan, overrides, out, System.out::println).run();
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return result.holds() ? 0 : 1;
  }

  private ChaosPlan.Target target() {
    if (target.equalsIgnoreCase("any")) {
      return null;
    }
    return Arrays.stream(ChaosPlan.Target.values())
        .filter(each -> each.name().equalsIgnoreCase(target))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "--target: found "
                        + target
                        + ", expected tm, jm, broker, stop, partition, record, disk, instance, replaced or"
                        + " any"));
  }
}
