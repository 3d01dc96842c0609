package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One step on one adapter, in the order of the paper's algorithm:
 *
 * <ol>
 *   <li>on direction refreshes: d = g / (|g| + 1e-8), g the gradient of the safety loss by W at (W,
 *       v);
 *   <li>on probe refreshes: a = gradient of the task loss by v at (W + eps d, v), eps =
 *       perturbation * |W|;
 *   <li>gradients of the task loss by W and v at (W, v), the latter called b;
 *   <li>W by AdamW along the clipped gradient;
 *   <li>on probe refreshes: v from zero by AdamW along q = b - a.
 * </ol>
 *
 * W itself is never moved to the perturbed place. If the loss or a gradient is not finite, nothing
 * is changed.
 */
public final class SapStep {

  private static final double DIRECTION_FLOOR = 1e-8;

  private final SapOptions options;
  private final StepObserver observer;

  /** A step with these settings. */
  public SapStep(SapOptions options) {
    this(options, StepObserver.NONE);
  }

  /** A step that shows its tensors to an observer. */
  public SapStep(SapOptions options, StepObserver observer) {
    this.options = options;
    this.observer = observer;
  }

  /** The settings. */
  public SapOptions options() {
    return options;
  }

  /**
   * Trains on one batch.
   *
   * @param pairs asked for safety pairs when the direction is refreshed
   */
  public StepOutcome run(
      KernelPass pass, AdapterState state, TokenBatch tokens, Supplier<PairBatch> pairs) {
    AdapterState.Counters counters = state.counters();
    KernelPass.Loaded batch = pass.load(tokens);
    KernelPass.Safety safety = null;
    Tensor direction = state.direction();
    if (options.refreshesDirection(counters.updates())) {
      safety = safety(pass, state, pairs.get());
      direction = pass.unit(safety.byWeights(), DIRECTION_FLOOR).vector();
    }
    if (!options.refreshesProbe(counters.updates())) {
      KernelPass.Gradients clean = pass.weights(batch, state.weights(), state.probe());
      return finish(pass, state, clean, direction, safety, null, null, null);
    }
    KernelPass.Scaled moved = pass.perturb(state.weights(), direction, options.perturbation());
    KernelPass.Gradients perturbed = pass.perturbed(batch, moved.vector(), state.probe());
    observer.perturbed(perturbed, moved.scalar());
    KernelPass.Gradients clean = pass.task(batch, state.weights(), state.probe());
    Tensor q = probeGradient(pass, noise(state, tokens), clean, perturbed);
    return finish(pass, state, clean, direction, safety, perturbed, moved.scalar(), q);
  }

  private KernelPass.Safety safety(KernelPass pass, AdapterState state, PairBatch pairs) {
    KernelPass.Safety safety =
        pass.safety(pass.load(pairs.tokens()), pairs.pairs(), state.weights(), state.probe());
    observer.safety(safety);
    return safety;
  }

  /** Where the random control's noise begins: another for every step and every run's batches. */
  private static long noise(AdapterState state, TokenBatch tokens) {
    return Long.rotateLeft(state.counters().updates(), 32) ^ Arrays.hashCode(tokens.ids());
  }

  private Tensor probeGradient(
      KernelPass pass, long noise, KernelPass.Gradients clean, KernelPass.Gradients perturbed) {
    Tensor q =
        switch (options.method()) {
          case SAP_NEGATED -> pass.minus(perturbed.byProbe(), clean.byProbe());
          case SAP_RANDOM -> pass.normal(clean.byProbe(), new SplittableRandom(noise));
          default -> pass.minus(clean.byProbe(), perturbed.byProbe());
        };
    observer.probeGradient(q);
    return q;
  }

  private StepOutcome finish(
      KernelPass pass,
      AdapterState state,
      KernelPass.Gradients clean,
      Tensor direction,
      KernelPass.Safety safety,
      KernelPass.Gradients perturbed,
      Tensor eps,
      Tensor q) {
    observer.clean(clean);
    AdapterState.Counters before = state.counters();
    boolean directed = before.hasDirection() || safety != null;
    long update = before.updates() + 1;
    double learningRate = options.learningRateAt(update);
    double[] measures = pass.measures(clean.byWeights(), direction, state.probe(), state.weights());
    double loss = clean.loss().item();
    float[] rowLosses = clean.rowLosses().toFloats();
    double qNorm = q == null ? 0 : pass.measures(q, q, q, q)[0];
    String reason = notFinite(loss, measures[0], safety, qNorm);
    StepOutcome outcome =
        new StepOutcome(
            reason == null,
            reason,
            loss,
            rowLosses,
            perturbed == null ? null : perturbed.loss().item(),
            perturbed == null
                ? null
                : StepOutcome.pushes(rowLosses, perturbed.rowLosses().toFloats(), eps.item()),
            safety == null ? null : safety.loss().item(),
            directed ? -measures[1] : null,
            measures[0],
            measures[2],
            measures[3],
            learningRate);
    if (reason == null) {
      options
          .adamW()
          .update(
              pass,
              update,
              learningRate,
              options.maxGradientNorm(),
              state.weights(),
              clean.byWeights(),
              state.weightMean(),
              state.weightSquare());
      if (safety != null) {
        pass.assign(state.direction(), direction);
      }
      if (q != null) {
        refreshProbe(pass, state, q);
      }
      state.counters(
          new AdapterState.Counters(update, before.probeUpdates() + (q == null ? 0 : 1), directed));
    }
    return outcome;
  }

  private void refreshProbe(KernelPass pass, AdapterState state, Tensor q) {
    pass.assign(state.probe(), pass.minus(state.probe(), state.probe()));
    options
        .adamW()
        .update(
            pass,
            state.counters().probeUpdates() + 1,
            options.probeLearningRate(),
            0,
            state.probe(),
            q,
            state.probeMean(),
            state.probeSquare());
  }

  private static String notFinite(
      double loss, double gradientNorm, KernelPass.Safety safety, double qNorm) {
    if (!Double.isFinite(loss)) {
      return "the task loss is " + loss;
    }
    if (!Double.isFinite(gradientNorm)) {
      return "the norm of the gradient by the weights is " + gradientNorm;
    }
    if (safety != null && !Double.isFinite(safety.loss().item())) {
      return "the safety loss is " + safety.loss().item();
    }
    return Double.isFinite(qNorm) ? null : "the norm of the probe's gradient is " + qNorm;
  }
}
