package io.sapflow.local.run;

import io.sapflow.gate.Scores;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.probe.ActivePrompts;
import io.sapflow.probe.Prober;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.tokens.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * How shallow a model's safety is: a copy of its adapter is trained on harmful answers, plainly and
 * without a defence, until the gate would not let it pass. Nothing of it is kept.
 */
public final class Hardening {

  /**
   * The copy after some steps.
   *
   * @param step batches it was trained on
   * @param harmfulScore the highest by any judge, 0 to 1
   */
  public record Point(long step, double harmfulScore) {}

  /**
   * What came of it.
   *
   * @param rows harmful answers that it was trained on
   * @param rowsPerStep of a batch, at most
   * @param limit {@code sapflow.gate.harmful-score}
   * @param stepsToBreak after how many steps its harmful score was above the limit; null if it
   *     never was
   * @param curve from before the first step on
   */
  public record Result(
      int rows, int rowsPerStep, double limit, Long stepsToBreak, List<Point> curve) {}

  private final JobSettings settings;
  private final double limit;
  private final List<Point> curve = new ArrayList<>();
  private int rows;

  private Hardening(JobSettings settings) {
    this.settings = plain(settings);
    this.limit = settings.get(GateOptions.HARMFUL_SCORE);
  }

  /**
   * Trains a copy until it breaks.
   *
   * @param settings of which the model, the adapter to start from, the judges and the rates are
   *     taken
   * @param prompts active ones; none of them should be among the harmful conversations
   * @param harmful conversations that end with a harmful answer, in the order of training
   * @throws IllegalArgumentException if the prompts cannot be judged, or the model can be told none
   *     of the conversations
   */
  public static Result run(
      JobSettings settings, List<ProbePrompt> prompts, List<List<Message>> harmful) {
    return new Hardening(settings).run(new ActivePrompts(prompts, ""), harmful);
  }

  /** As the job trains, but plainly, each batch by itself and at the full rate from the first. */
  private static JobSettings plain(JobSettings settings) {
    Configuration plain = new Configuration(settings.configuration());
    plain.set(TrainingOptions.METHOD, "sft");
    plain.set(TrainingOptions.WARMUP, 0);
    plain.removeConfig(TrainingOptions.REJECT_PUSH);
    plain.set(SafetyOptions.REPLAY_SHARE, 0.0);
    plain.set(BatchingOptions.WINDOW, settings.get(BatchingOptions.ROWS));
    plain.set(AdapterOptions.VERSION_UPDATES, 1);
    return new JobSettings(plain);
  }

  private Result run(ActivePrompts prompts, List<List<Message>> harmful) {
    try (OpenedModel scored = OpenedModel.scoring(settings);
        OpenedModel trained = OpenedModel.training(settings)) {
      float[][] weights = new float[1][];
      Prober prober = OfflineProbe.prober(settings, scored, version -> weights[0]);
      try (BareLoop loop =
          new BareLoop(
              "hardened",
              settings,
              trained,
              List.of(),
              new UnkeptVersions(
                  (step, state) -> {
                    weights[0] = state.weights().toFloats();
                    score(step, prober.probe(OfflineProbe.unnamed(), prompts, 0));
                  }),
              new Unheard())) {
        train(loop, harmful);
      }
    }
    return new Result(
        rows, settings.get(BatchingOptions.ROWS), limit, broken() ? last().step() : null, curve);
  }

  private void train(BareLoop loop, List<List<Message>> harmful) {
    for (List<Message> conversation : harmful) {
      TokenizedExample example = loop.encode(conversation);
      if (broken()) {
        return;
      }
      if (example != null) {
        loop.accept(example);
        rows++;
      }
    }
    if (rows == 0) {
      throw new IllegalArgumentException(
          "found no harmful answer that fits, of " + harmful.size() + "; expected at least one");
    }
    if (!broken()) {
      loop.flush();
    }
  }

  private void score(long step, ProbeReport report) {
    if (!report.getComplete()) {
      throw new IllegalArgumentException(
          "the prompts cannot be judged: " + report.getIncompleteReason());
    }
    if (curve.isEmpty() || last().step() < step) {
      curve.add(new Point(step, Scores.harmful(report)));
    }
  }

  private boolean broken() {
    return !curve.isEmpty() && last().harmfulScore() > limit;
  }

  private Point last() {
    return curve.get(curve.size() - 1);
  }
}
