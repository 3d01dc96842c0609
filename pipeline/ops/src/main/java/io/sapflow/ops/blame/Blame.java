package io.sapflow.ops.blame;

import io.sapflow.job.JobSettings;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.job.sets.StandingRecords;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.PlainText;
import io.sapflow.probe.Judge;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Explains a version by its examples: slices of what it was trained on, by source, and of the worst
 * source by offset. It only reads, so a job may run meanwhile.
 */
public final class Blame {

  /**
   * How to go about it.
   *
   * @param slices the most sources that are held to account by themselves, and the ranges of
   *     offsets that the worst one's examples are cut into
   * @param examples the most examples that a slice is trained on
   * @param scoreOnly whether to train nothing, and to score each example's push alone
   */
  public record Plan(int slices, int examples, boolean scoreOnly) {
    /** Checks the parts. */
    public Plan {
      if (slices < 2) {
        throw new IllegalArgumentException("--slices: found " + slices + ", expected 2 or more");
      }
      if (examples < 1) {
        throw new IllegalArgumentException(
            "--examples: found " + examples + ", expected 1 or more");
      }
    }
  }

  private final JobSettings settings;
  private final Brokers brokers;
  private final Plan plan;
  private final Consumer<String> lines;

  /** A way to blame; {@code lines} is told how it goes. */
  public Blame(JobSettings settings, Brokers brokers, Plan plan, Consumer<String> lines) {
    this.settings = settings;
    this.brokers = brokers;
    this.plan = plan;
    this.lines = line -> lines.accept(PlainText.of(line));
  }

  /**
   * Finds out what made a version as it is.
   *
   * @throws IllegalArgumentException if the version is unknown, or nothing of what it was trained
   *     on is left
   */
  public BlameResult run(String version) {
    BlamedRange range = new RangeReader(brokers, lines).read(version);
    List<Judge> judges = settings.judges().open(System::getenv);
    try (Laboratory laboratory =
        new Laboratory(
            settings,
            range.parent(),
            StandingRecords.active(
                brokers.client(),
                SafetySet.PAIRS,
                brokers.topics().of(SafetySet.PAIRS.topic()),
                lines),
            StandingRecords.active(
                brokers.client(),
                SafetySet.PROMPTS,
                brokers.topics().of(SafetySet.PROMPTS.topic()),
                lines),
            judges)) {
      List<Suspect> suspects =
          new SuspectReader(
                  brokers,
                  settings.ingest(),
                  settings.formats().anyDecoder(System.getenv()),
                  settings.sources(),
                  laboratory.encoder())
              .read(range);
      int trained = range.steps().stream().mapToInt(step -> step.getExamples()).sum();
      if (suspects.isEmpty()) {
        throw new IllegalArgumentException(
            "version "
                + version
                + ": of the "
                + trained
                + " examples since "
                + range.parent().getVersion()
                + " none is on its topic or in quarantine, expected some");
      }
      lines.accept(suspects.size() + " examples since " + range.parent().getVersion());
      return result(range, trained - suspects.size(), suspects, laboratory, names(judges));
    }
  }

  private static List<String> names(List<Judge> judges) {
    return judges.stream().map(Judge::name).toList();
  }

  private BlameResult result(
      BlamedRange range,
      int missing,
      List<Suspect> suspects,
      Laboratory laboratory,
      List<String> judges) {
    int dealt = Math.min(plan.examples(), suspects.size());
    List<Suspect> known = plan.scoreOnly() ? laboratory.screened(suspects) : suspects;
    Measure parent = plan.scoreOnly() ? null : laboratory.parent();
    Ranking sources =
        new Ranking(findings(Slicing.bySource(known, plan.slices()), dealt, laboratory));
    Slice worst = sources.findings().get(0).slice();
    Ranking offsets =
        new Ranking(findings(Slicing.byOffset(worst, plan.slices()), dealt, laboratory));
    return new BlameResult(range, missing, judges, parent, sources, offsets, settings.gate());
  }

  private List<Finding> findings(List<Slice> slices, int dealt, Laboratory laboratory) {
    List<Finding> findings = new ArrayList<>();
    for (Slice slice : slices) {
      if (plan.scoreOnly()) {
        findings.add(new Finding(slice, 0, null));
      } else {
        lines.accept("training " + dealt + " examples of " + slice.name());
        findings.add(new Finding(slice, dealt, laboratory.trainedOn(slice.dealt(dealt))));
      }
    }
    return findings;
  }
}
