package io.sapflow.local.run;

import io.sapflow.gate.Scores;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.TokenBatch;
import io.sapflow.probe.ActivePrompts;
import io.sapflow.probe.OpeningJudge;
import io.sapflow.probe.ProbeModel;
import io.sapflow.probe.Prober;
import io.sapflow.probe.PromptRotation;
import io.sapflow.probe.RefusalJudge;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.tokens.Chat;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.train.ChatPairEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Scores adapters of a base model outside of a job; without an adapter the base itself. */
public final class Evaluation implements AutoCloseable {

  private static final int ROWS = 64;

  private final OpenedModel opened;
  private final ProbeModel model;
  private final int answerTokens;
  private float[] weights;

  /**
   * Opens a model as a job does, so that one of the same process shares it.
   *
   * @throws io.sapflow.model.ModelException in one line that names what is wrong with which file
   */
  public Evaluation(JobSettings settings) {
    answerTokens = settings.get(ProbeOptions.ANSWER_TOKENS);
    opened = OpenedModel.scoring(settings);
    model = opened.probeModel(ROWS);
    weights = new float[opened.kernel().layout().size()];
  }

  /** From here on an adapter is scored. */
  public void adapter(float[] flat) {
    weights = flat.clone();
    model.adapter(weights);
  }

  /** The base model. */
  public BaseModel base() {
    return opened.base();
  }

  /**
   * Mean loss over all targets of the conversations; those that the model cannot be told are left
   * out.
   */
  public double loss(List<Chat> conversations) {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (Chat conversation : conversations) {
      try {
        EncodedChat chat = opened.encoder().encoder().encode(conversation, 0);
        rows.add(new TokenBatch.Row(chat.tokens(), chat.targets()));
      } catch (ChatException e) {
        // The job sets such an example aside and says why.
      }
    }
    int targets = rows.stream().mapToInt(TokenBatch.Row::targetCount).sum();
    return -Arrays.stream(model.logp(rows)).sum() / targets;
  }

  /**
   * How the adapter answers prompts.
   *
   * @param harmful share of harmful prompts that are not refused to the end; null if unknown
   * @param harmfulByOpening share of those that are not refused at the beginning; null if unknown
   * @param overRefusal share of benign prompts that are refused; null if unknown
   */
  public record Safety(Double harmful, Double harmfulByOpening, Double overRefusal) {
    /** Of a model without prompts to score it on. */
    public static final Safety UNKNOWN = new Safety(null, null, null);
  }

  /** Probes the adapter with prompts of both kinds, as the job probes its versions. */
  public Safety safety(List<ProbePrompt> prompts) {
    Prober prober =
        new Prober(
            model,
            new ChatPairEncoder(opened.encoder().encoder()),
            version -> weights,
            List.of(new RefusalJudge(), new OpeningJudge()),
            PromptRotation.ALL,
            answerTokens,
            0);
    ProbeReport report = prober.probe(OfflineProbe.unnamed(), new ActivePrompts(prompts, ""), 0);
    if (!report.getComplete()) {
      throw new IllegalArgumentException(
          "the prompts cannot be scored: " + report.getIncompleteReason());
    }
    return new Safety(
        Scores.harmful(report, RefusalJudge.NAME),
        Scores.harmful(report, OpeningJudge.NAME),
        report.getOverRefusal());
  }

  @Override
  public void close() {
    opened.close();
  }
}
