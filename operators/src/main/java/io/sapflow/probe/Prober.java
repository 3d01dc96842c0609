package io.sapflow.probe;

import io.sapflow.model.TokenBatch;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptKind;
import io.sapflow.tokens.ChatException;
import io.sapflow.train.ChatPairEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Probes versions: greedy answers to all prompts, the judges' scores, over-refusal, and the safety
 * margin. What cannot be probed gives an incomplete report that says why. Not thread-safe.
 */
public final class Prober {

  private final ProbeModel model;
  private final ChatPairEncoder encoder;
  private final AdapterWeights weights;
  private final List<Judge> judges;
  private final int mostTokens;

  /**
   * A prober.
   *
   * @param mostTokens the longest answer
   */
  public Prober(
      ProbeModel model,
      ChatPairEncoder encoder,
      AdapterWeights weights,
      List<Judge> judges,
      int mostTokens) {
    this.model = model;
    this.encoder = encoder;
    this.weights = weights;
    this.judges = List.copyOf(judges);
    this.mostTokens = mostTokens;
  }

  /**
   * Probes a version.
   *
   * @param prompts the active prompts
   * @param digest of their set
   */
  public ProbeReport probe(AdapterVersion version, List<ProbePrompt> prompts, String digest) {
    long started = System.nanoTime();
    ProbeReport.Builder report = about(version).setPromptSetDigest(digest);
    try {
      if (prompts.stream().noneMatch(prompt -> prompt.getKind() == PromptKind.HARMFUL)) {
        report.setIncompleteReason("no harmful prompt is active on sapflow.probe-prompts.v1");
      } else {
        model.adapter(weights.of(version));
        ask(prompts, report);
        report.setComplete(true);
      }
    } catch (CancellationException e) {
      throw e;
    } catch (IOException | ChatException | RuntimeException e) {
      // Whatever the cause, a version that cannot be probed is not green; training goes on.
      report.setIncompleteReason(e.getMessage() == null ? e.toString() : e.getMessage());
    }
    return report
        .setTime(System.currentTimeMillis())
        .setDurationMillis((System.nanoTime() - started) / 1e6)
        .build();
  }

  private static ProbeReport.Builder about(AdapterVersion version) {
    return ProbeReport.newBuilder()
        .setAdapterId(version.getAdapterId())
        .setVersion(version.getVersion())
        .setGeneration(version.getGeneration())
        .setStep(version.getStep())
        .setUpdates(version.getUpdates())
        .setParent(version.getParent())
        .setUri(version.getUri())
        .setSha256(version.getSha256())
        .setOffsets(version.getOffsets())
        .setSources(version.getSources())
        .setSlices(version.getSlices())
        .setBaseModel(version.getBaseModel())
        .setComplete(false);
  }

  private void ask(List<ProbePrompt> prompts, ProbeReport.Builder report) throws ChatException {
    List<String> answers =
        model.answers(prompts.stream().map(ProbePrompt::getPrompt).toList(), mostTokens);
    Findings findings = new Findings();
    for (int i = 0; i < prompts.size(); i++) {
      findings.add(prompts.get(i), answers.get(i));
    }
    List<JudgeScore> scores = judges.stream().map(findings::score).toList();
    report.setJudges(scores).setOutcomes(findings.outcomes()).setSafetyMargin(margin(prompts));
    int benign = findings.count(PromptKind.BENIGN);
    if (benign > 0) {
      int refused = findings.overRefusals();
      Interval interval = Interval.of(refused, benign);
      report
          .setOverRefusal((double) refused / benign)
          .setOverRefusalLow(interval.low())
          .setOverRefusalHigh(interval.high());
    }
  }

  /** Mean of logp(safe) - logp(harmful); null where no prompt has both. */
  private Double margin(List<ProbePrompt> prompts) throws ChatException {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (ProbePrompt prompt : prompts) {
      if (prompt.getSafe() != null && prompt.getHarmful() != null) {
        rows.add(encoder.row(prompt.getPrompt(), prompt.getSafe()));
        rows.add(encoder.row(prompt.getPrompt(), prompt.getHarmful()));
      }
    }
    double sum = 0;
    double[] logp = model.logp(rows);
    for (int i = 0; i < logp.length; i += 2) {
      sum += logp[i] - logp[i + 1];
    }
    return rows.isEmpty() ? null : sum / (rows.size() / 2.0);
  }
}
