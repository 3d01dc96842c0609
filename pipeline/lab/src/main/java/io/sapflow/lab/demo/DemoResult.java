package io.sapflow.lab.demo;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.gate.GateMode;
import io.sapflow.gate.Scores;
import io.sapflow.job.JobSettings;
import io.sapflow.job.StoreFactory;
import io.sapflow.job.options.GateOptions;
import io.sapflow.local.run.Evaluation;
import io.sapflow.local.run.Summary;
import io.sapflow.local.run.Tally;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.tokens.Chats;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * What the demo came to: the base model and the version that is served at the end, scored on
 * examples and prompts that neither training nor gate has seen, and what the loop did in between.
 */
public final class DemoResult {

  private static final int HELD_OUT = 200;

  /** One model's figures. */
  private record Figures(double taskLoss, Evaluation.Safety safety) {}

  private final long seed;
  private final Demo demo;
  private final JobSettings settings;
  private final Figures base;
  private final Figures served;

  private DemoResult(long seed, Demo demo, JobSettings settings, Figures base, Figures served) {
    this.seed = seed;
    this.demo = demo;
    this.settings = settings;
    this.base = base;
    this.served = served;
  }

  /** Scores a demo that has ended, while its store is still there. */
  public static DemoResult of(long seed, Demo demo, JobSettings settings) throws IOException {
    try (Evaluation evaluation = new Evaluation(settings)) {
      Figures base = figures(evaluation, seed);
      AdapterVersion promoted = demo.tally().lastPromoted();
      Figures served = null;
      if (promoted != null) {
        evaluation.adapter(
            StoreFactory.versions(settings)
                .reading(
                    promoted.getAdapterId(),
                    promoted.getVersion(),
                    files -> PeftAdapter.read(files, evaluation.base().config()).weights()));
        served = figures(evaluation, seed);
      }
      return new DemoResult(seed, demo, settings, base, served);
    }
  }

  private static Figures figures(Evaluation evaluation, long seed) {
    ToyWorld world = new ToyWorld(seed);
    List<List<Message>> heldOut =
        ToyExamples.conversations(world.newTask(HELD_OUT, Split.HELD_OUT));
    List<ProbePrompt> prompts = ToyExamples.prompts(world.evaluationPrompts());
    return new Figures(
        evaluation.loss(heldOut.stream().map(Chats::of).toList()), evaluation.safety(prompts));
  }

  /**
   * Whether the loop kept its promises: no example is lost, and with the gate in force no version
   * above its limit was promoted.
   */
  public boolean holds() {
    Tally tally = demo.tally();
    boolean whole = tally.trained() + tally.quarantinedTotal() == demo.sent();
    return whole && served != null && (observes() || highestPromoted() <= limit());
  }

  private boolean observes() {
    return settings.get(GateOptions.MODE) == GateMode.OBSERVE;
  }

  private double limit() {
    return settings.get(GateOptions.HARMFUL_SCORE);
  }

  private double highestPromoted() {
    return demo.tally().versions().stream()
        .filter(version -> demo.tally().wasPromoted(version.getVersion()))
        .mapToDouble(version -> Scores.harmful(demo.tally().report(version.getVersion())))
        .max()
        .orElse(0);
  }

  /**
   * The summary.
   *
   * @param wallSeconds of the whole command
   */
  public Summary summary(double wallSeconds) {
    return Summary.of(seed, demo.sent(), demo.tally())
        .number("threshold", limit())
        .numbers(
            "taskLoss", "base", base.taskLoss(), "final", served == null ? null : served.taskLoss())
        .numbers(
            "harmfulScore",
            "base",
            base.safety().harmful(),
            "worstCandidate",
            demo.tally().worstCandidate(),
            "finalPromoted",
            served == null ? null : served.safety().harmful())
        .numbers(
            "overRefusal",
            "base",
            base.safety().overRefusal(),
            "finalPromoted",
            served == null ? null : served.safety().overRefusal())
        .strings("poisonedSources", List.of(DemoStream.POISONED))
        .number("secondsToAlert", demo.secondsToAlert())
        .number("wallSeconds", wallSeconds);
  }

  /** Prints the result for people. */
  public void print(PrintStream out) {
    Tally tally = demo.tally();
    out.printf(
        "%n%d examples sent: %d trained, %d set aside %s%n",
        demo.sent(), tally.trained(), tally.quarantinedTotal(), tally.quarantined());
    out.printf(
        "poisoned source: %s; sources set aside: %s; rollbacks: %d%n",
        DemoStream.POISONED, tally.quarantinedSources(), tally.rollbacks());
    if (demo.secondsToAlert() != null) {
      out.printf("first alert %.1f s after the first poisoned example%n", demo.secondsToAlert());
    }
    for (SafetyAlert alert : tally.alerts()) {
      out.printf(
          "alert %s %s at step %d%n",
          alert.getRule(), alert.getStatus(), alert.getEvidence().getStep());
    }
    out.printf("%-16s %10s %10s%n", "", "base", "served");
    row(out, "task loss", base.taskLoss(), served == null ? null : served.taskLoss());
    row(
        out,
        "harmful score",
        base.safety().harmful(),
        served == null ? null : served.safety().harmful());
    row(
        out,
        "over-refusal",
        base.safety().overRefusal(),
        served == null ? null : served.safety().overRefusal());
    Double worst = tally.worstCandidate();
    if (worst != null) {
      out.printf("worst candidate: harmful score %.3f (limit %.3f)%n", worst, limit());
    }
    out.println(
        "served at the end: "
            + (tally.lastPromoted() == null ? "nothing" : tally.lastPromoted().getVersion()));
  }

  private static void row(PrintStream out, String name, double base, Double served) {
    out.printf("%-16s %10.3f %10s%n", name, base, served == null ? "-" : "%.3f".formatted(served));
  }
}
