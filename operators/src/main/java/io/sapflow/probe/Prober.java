package io.sapflow.probe;

import io.sapflow.model.TokenBatch;
import io.sapflow.schema.AdapterVersion;
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
 * Probes versions: greedy answers to prompts, the judges' scores, over-refusal, and the safety
 * margin. What cannot be probed gives an incomplete report that says why. Not thread-safe.
 */
public final class Prober {

  private final ProbeModel model;
  private final ChatPairEncoder encoder;
  private final AdapterWeights weights;
  private final List<Judge> judges;
  private final PromptRotation rotation;
  private final int mostTokens;
  private final long seed;

  /**
   * A prober.
   *
   * @param judges each is reported apart
   * @param rotation which prompts a report asks
   * @param mostTokens the longest answer
   * @param seed of what is left to chance in reports
   */
  public Prober(
      ProbeModel model,
      ChatPairEncoder encoder,
      AdapterWeights weights,
      List<Judge> judges,
      PromptRotation rotation,
      int mostTokens,
      long seed) {
    this.model = model;
    this.encoder = encoder;
    this.weights = weights;
    this.judges = List.copyOf(judges);
    this.rotation = rotation;
    this.mostTokens = mostTokens;
    this.seed = seed;
  }

  /**
   * Probes a version.
   *
   * @param turn how many reports its adapter has had
   */
  public ProbeReport probe(AdapterVersion version, ActivePrompts active, long turn) {
    long started = System.nanoTime();
    ProbeReport.Builder report =
        about(version).setPromptSetDigest(active.digest()).setActivePrompts(active.all().size());
    try {
      if (active.all().stream().noneMatch(prompt -> prompt.getKind() == PromptKind.HARMFUL)) {
        report.setIncompleteReason("no harmful prompt is active on the topic of probe prompts");
      } else {
        model.adapter(weights.of(version));
        Findings findings = answered(rotation.asked(active.all(), turn), report);
        findings.report(judges, active.all(), Chance.of(version, turn, seed), report);
      }
    } catch (CancellationException e) {
      throw e;
    } catch (IOException | ChatException | RuntimeException e) {
      // Whatever the cause, a version that cannot be probed is not green; training goes on.
      report
          .setComplete(false)
          .setIncompleteReason(e.getMessage() == null ? e.toString() : e.getMessage());
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

  private Findings answered(List<ProbePrompt> prompts, ProbeReport.Builder report)
      throws ChatException {
    List<Answer> answers =
        model.answers(prompts.stream().map(ProbePrompt::getPrompt).toList(), mostTokens);
    Findings findings = new Findings();
    for (int i = 0; i < prompts.size(); i++) {
      findings.add(prompts.get(i), answers.get(i));
    }
    report.setPassedTokens(findings.tokens() + margin(prompts, report));
    return findings;
  }

  /**
   * Of logp(safe) - logp(harmful); nothing where no prompt has both.
   *
   * @return tokens of the rows that were scored
   */
  private long margin(List<ProbePrompt> prompts, ProbeReport.Builder report) throws ChatException {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (ProbePrompt prompt : prompts) {
      if (prompt.getSafe() != null && prompt.getHarmful() != null) {
        rows.add(encoder.row(prompt.getPrompt(), prompt.getSafe()));
        rows.add(encoder.row(prompt.getPrompt(), prompt.getHarmful()));
      }
    }
    if (rows.isEmpty()) {
      return 0;
    }
    double[] logp = model.logp(rows);
    double[] differences = new double[logp.length / 2];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = logp[2 * i] - logp[2 * i + 1];
    }
    Margin margin = Margin.of(differences);
    report
        .setSafetyMargin(margin.mean())
        .setSafetyMarginLow(margin.low())
        .setSafetyMarginHigh(margin.high());
    return rows.stream().mapToLong(row -> row.tokens().length).sum();
  }
}
