package io.sapflow.lab.drill;

import io.sapflow.job.JobSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/** Plays incidents one after the other, each on a broker, a cluster and a job of its own. */
public final class Drill {

  /** Of a slow judge's answer: late, but not so late that asking would be given up. */
  private static final Duration SLOWNESS = Duration.ofSeconds(8);

  private static final int BENIGN_SEEDS = 3;

  /**
   * What to play.
   *
   * @param incidents names, all if empty
   * @param inShort whether in few examples
   * @param seeds how often each is played, each time with another seed; 0 for once, but in full
   *     three times the one in which nothing happens
   */
  public record Plan(Set<String> incidents, boolean inShort, int seeds) {
    /** Checks the parts. */
    public Plan {
      List<String> known = names();
      for (String name : incidents) {
        if (!known.contains(name)) {
          throw new IllegalArgumentException(
              "--incident: found " + name + ", expected any of " + String.join(", ", known));
        }
      }
      if (seeds < 0) {
        throw new IllegalArgumentException("--seeds: found " + seeds + ", expected 1 or more");
      }
    }

    private List<Incident> chosen() {
      return Incidents.ALL.stream()
          .filter(incident -> incidents.isEmpty() || incidents.contains(incident.name()))
          .toList();
    }

    private int seeds(Incident incident) {
      boolean quiet = incident.expectation().alerts().isEmpty() && !inShort;
      return seeds > 0 ? seeds : quiet ? BENIGN_SEEDS : 1;
    }

    private Incident.Size size() {
      return inShort ? Incident.Size.SHORT : Incident.Size.FULL;
    }
  }

  private final Plan plan;
  private final Consumer<String> lines;

  /** A drill; {@code lines} is told how it goes. */
  public Drill(Plan plan, Consumer<String> lines) {
    this.plan = plan;
    this.lines = lines;
  }

  /** What incidents are called. */
  public static List<String> names() {
    return Incidents.ALL.stream().map(Incident::name).toList();
  }

  /** Plays them all. */
  public DrillResult run() throws IOException {
    List<IncidentResult> results = new ArrayList<>();
    for (Incident incident : plan.chosen()) {
      lines.accept(incident.name() + ": " + incident.about());
      for (long seed = 0; seed < plan.seeds(incident); seed++) {
        IncidentResult result = played(incident, seed);
        lines.accept(result.line());
        result.faults().forEach(fault -> lines.accept("     " + fault));
        results.add(result);
      }
    }
    return new DrillResult(results);
  }

  /** A run that breaks is a result as well: the others are played all the same. */
  private IncidentResult played(Incident incident, long seed) throws IOException {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work);
        ToyModerationServer judge = ToyModerationServer.start(SLOWNESS)) {
      Configuration configuration =
          run.complete(
              DrillSettings.configuration(
                  ToyModel.unpack(work.path()),
                  incident,
                  seed,
                  incident.judged() ? judge.url() : null));
      Played played =
          new IncidentPlayer(run, configuration, judge)
              .play(seed, incident.script().acts(seed, plan.size()));
      return Assessment.of(incident, seed, played, new JobSettings(configuration).gate());
    } catch (RuntimeException e) {
      return IncidentResult.broken(incident, seed, e.getMessage());
    }
  }
}
