package io.sapflow.lab.drill;

import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Reading;
import io.sapflow.alert.Rule;
import io.sapflow.alert.SourceSuspicion;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.options.GateOptions;
import io.sapflow.local.run.BareLoop;
import io.sapflow.local.run.UnkeptVersions;
import io.sapflow.sap.SapOptions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import io.sapflow.toy.ToyWorld;
import io.sapflow.train.TrainOutput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * How soon the rule source-suspicious sees what the drill's incidents send: with pushes known at
 * every step, and at refreshes of the hidden probe alone. What is learned is the same bit by bit,
 * so that one training serves both. It is the job's own trainer and the rule's own arithmetic,
 * without a job around them, and so without a loop that interferes.
 */
public final class SourceBench {

  /** The incident in which nothing happens, and those in which a source pushes toward harm. */
  private static final List<String> INCIDENTS =
      List.of("benign", "sudden-poison", "slow-poison", "one-among-nine");

  private final Path model;
  private final Map<String, String> overrides;

  /**
   * A bench.
   *
   * @param model the toy model's directory
   * @param overrides options of the job on top of the incidents'
   */
  public SourceBench(Path model, Map<String, String> overrides) {
    this.model = model;
    this.overrides = Map.copyOf(overrides);
  }

  /** What its incidents are called. */
  public static List<String> names() {
    return INCIDENTS;
  }

  /**
   * Trains an incident of a seed, and reads it in both ways.
   *
   * @param inShort whether in few examples
   */
  public SourceBenchResult.Run run(String name, long seed, boolean inShort) {
    Incident incident =
        Incidents.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    JobSettings settings = settings(incident, seed);
    List<Act.Sends> sent =
        incident.script().acts(seed, inShort ? Incident.Size.SHORT : Incident.Size.FULL).stream()
            .filter(Act.Sends.class::isInstance)
            .map(Act.Sends.class::cast)
            .toList();
    List<TrainingStep> steps =
        trained(settings, seed, sent.stream().map(Act.Sends::example).toList());
    Long poisoned = firstPoisoned(sent, steps);
    return new SourceBenchResult.Run(
        name,
        seed,
        steps.size(),
        seen(settings, steps, poisoned),
        seen(settings, steps.stream().map(step -> atRefresh(settings, step)).toList(), poisoned));
  }

  JobSettings settings(Incident incident, long seed) {
    Configuration configuration = DrillSettings.configuration(model, incident, seed, null);
    overrides.forEach(configuration::setString);
    return new JobSettings(configuration);
  }

  static List<TrainingStep> trained(
      JobSettings settings, long seed, List<TrainingExample> examples) {
    Steps steps = new Steps();
    try (OpenedModel opened = OpenedModel.training(settings);
        BareLoop loop =
            new BareLoop(
                Scene.ADAPTER,
                settings,
                opened,
                Scene.pairs(new ToyWorld(seed)),
                new UnkeptVersions((step, state) -> {}),
                steps)) {
      for (TrainingExample example : examples) {
        TokenizedExample encoded = loop.encode(example.getSource(), example.getMessages());
        if (encoded == null) {
          throw new IllegalStateException("example " + example.getId() + " cannot be encoded");
        }
        loop.accept(encoded);
      }
      loop.flush();
    }
    return steps.taken;
  }

  /** The step that trained the first poisoned example; ids are places in the stream. */
  private static Long firstPoisoned(List<Act.Sends> sent, List<TrainingStep> steps) {
    for (TrainingStep step : steps) {
      if (step.getExampleIds().stream().anyMatch(id -> sent.get(Integer.parseInt(id)).poisoned())) {
        return step.getStep();
      }
    }
    return null;
  }

  /** A step as it tells pushes where they come with the hidden probe alone. */
  private static TrainingStep atRefresh(JobSettings settings, TrainingStep step) {
    SapOptions sap = settings.train().sap();
    boolean refreshed = sap.refreshesHiddenProbe(step.getUpdates() - 1);
    return refreshed
        ? step
        : TrainingStep.newBuilder(step)
            .setPushBySource(step.getPushBySource().stream().map(SourceBench::unknown).toList())
            .build();
  }

  private static SourceEvidence unknown(SourceEvidence source) {
    return SourceEvidence.newBuilder(source)
        .setPushes(0)
        .setMeanPush(null)
        .setMaxPush(null)
        .setPushDeviation(null)
        .build();
  }

  /** Reads steps until the rule would fire with poison about. */
  private static SourceBenchResult.Seen seen(
      JobSettings settings, List<TrainingStep> steps, Long poisoned) {
    double threshold =
        settings.alerts().stream()
            .filter(rule -> rule.rule() == Rule.SOURCE_SUSPICIOUS)
            .map(AlertRule::threshold)
            .findFirst()
            .orElseThrow();
    SourceSuspicion suspicion = new SourceSuspicion(settings.get(GateOptions.SOURCE_EXAMPLES));
    double highest = 0;
    int alarms = 0;
    boolean firing = false;
    for (TrainingStep step : steps) {
      if (step.getOutcome() != StepStatus.TRAINED) {
        continue;
      }
      Optional<Reading> reading = suspicion.after(step);
      double value = reading.map(Reading::value).orElse(0.0);
      boolean above = value > threshold;
      if (poisoned == null || step.getStep() < poisoned) {
        highest = Math.max(highest, value);
        alarms += above && !firing ? 1 : 0;
        firing = reading.isPresent() ? above : firing;
      } else if (!above) {
        firing &= reading.isEmpty();
      } else if (!firing || names(reading, Scene.SCRAPER)) {
        // A false alarm that was raised before goes on: the right one is still to come.
        return new SourceBenchResult.Seen(
            highest, alarms, step.getStep() - poisoned, names(reading, Scene.SCRAPER));
      }
    }
    return new SourceBenchResult.Seen(highest, alarms, null, null);
  }

  private static boolean names(Optional<Reading> reading, String source) {
    return reading.map(each -> source.equals(each.labels().get("source"))).orElse(false);
  }

  private static final class Steps implements TrainOutput {
    private final List<TrainingStep> taken = new ArrayList<>();

    @Override
    public void step(TrainingStep step) {
      taken.add(step);
    }

    @Override
    public void version(AdapterVersion version) {}

    @Override
    public void quarantine(QuarantinedRecord record) {
      throw new IllegalStateException(
          "an example of a bench went to quarantine: " + record.getMessage());
    }
  }
}
