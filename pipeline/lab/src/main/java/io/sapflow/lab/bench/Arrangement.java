package io.sapflow.lab.bench;

import io.sapflow.model.KernelOptions;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.RowLayout;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import java.util.ArrayList;
import java.util.List;

/** A way to train on the same examples. */
public enum Arrangement {
  /** Plain fine-tuning: no probe, no direction, no replay. */
  PLAIN("plain", "plain fine-tuning"),
  /** SAP by the job's settings, but without replay: what the method itself costs. */
  SAP_WITHOUT_REPLAY("sapWithoutReplay", "SAP without replay"),
  /** SAP by the job's settings. */
  SAP("sap", "SAP"),
  /**
   * As the published code arranges it, in the project's own kernel: every row padded to its limit,
   * logits at every position, probe and direction computed anew at every step, no replay.
   */
  REFERENCE("sapReferenceArrangement", "SAP, reference's arrangement");

  private final String key;
  private final String title;

  Arrangement(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** Its name in JSON. */
  public String key() {
    return key;
  }

  /** Its name in print. */
  public String title() {
    return title;
  }

  /** The step's settings. */
  SapOptions options(SapOptions job) {
    return switch (this) {
      case PLAIN -> with(job, SapOptions.Method.SFT, 1, 1);
      case SAP_WITHOUT_REPLAY, SAP ->
          with(
              job,
              SapOptions.Method.SAP,
              job.directionRefreshSteps(),
              job.hiddenProbeRefreshSteps());
      case REFERENCE ->
          with(job, SapOptions.Method.SAP, 1, 1)
              .by(ProbeGradient.DIFFERENCE)
              .of(1)
              .with(SapOptions.Pushes.REFRESH);
    };
  }

  private static SapOptions with(
      SapOptions job, SapOptions.Method method, int directionRefresh, int hiddenProbeRefresh) {
    return new SapOptions(
        method,
        job.learningRate(),
        job.warmupUpdates(),
        job.schedule(),
        job.maxGradientNorm(),
        job.hiddenProbeLearningRate(),
        job.perturbation(),
        directionRefresh,
        hiddenProbeRefresh,
        job.adamW(),
        job.probeGradient(),
        job.probeRows(),
        job.pushes());
  }

  /** What its kernel is made for. */
  KernelOptions kernel(KernelOptions job) {
    return this == REFERENCE ? job.in(RowLayout.EVERYWHERE) : job;
  }

  /** The rows of a step. */
  List<TokenBatch.Row> rows(Work work) {
    if (this != SAP) {
      return work.examples();
    }
    List<TokenBatch.Row> rows = new ArrayList<>(work.examples());
    rows.addAll(work.replayed());
    return rows;
  }

  /** The batch of a step. */
  TokenBatch batch(Work work, Limits limits) {
    List<TokenBatch.Row> rows = rows(work);
    return this == REFERENCE ? TokenBatch.of(rows, limits.examples()) : TokenBatch.of(rows);
  }

  /** The safety pairs of a step that refreshes the direction. */
  PairBatch pairs(Work work, Limits limits) {
    return this == REFERENCE
        ? PairBatch.of(work.pairs(), limits.pairs())
        : PairBatch.of(work.pairs());
  }

  /**
   * What a pass over rows of a step computes.
   *
   * @param gpu whether on a GPU
   */
  PassShape taskShape(List<TokenBatch.Row> rows, Limits limits, boolean gpu) {
    return this == REFERENCE
        ? PassShape.padded(rows.size(), limits.examples())
        : PassShape.packed(rows, gpu);
  }

  /** What the pass over the safety pairs computes. */
  PassShape safetyShape(Work work, Limits limits) {
    if (this == REFERENCE) {
      return PassShape.padded(2 * work.pairs().size(), limits.pairs());
    }
    List<TokenBatch.Row> rows = new ArrayList<>();
    work.pairs().forEach(pair -> rows.addAll(List.of(pair.safe(), pair.harmful())));
    return PassShape.packed(rows);
  }
}
