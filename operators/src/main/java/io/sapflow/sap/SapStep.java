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
 *
 * <p>Without safety pairs there is no d and no new v: the step is plain, and clears both. The first
 * step that finds pairs again computes d whatever its turn.
 */
public final class SapStep {

  /** Why a step computed no probe, though its method has one. */
  static final String NO_PAIRS =
      "no safety pair is active: trained without a harmful direction and without a new probe";

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
   * The direction in force.
   *
   * @param vector d, [n]
   * @param exists whether it was ever computed; otherwise d means nothing
   * @param safety the pass that computed it in this step, null if none did
   */
  private record Direction(Tensor vector, boolean exists, KernelPass.Safety safety) {}

  /**
   * Trains on one batch.
   *
   * @param pairs asked for safety pairs when the direction is refreshed; gives null if there are
   *     none
   */
  public StepOutcome run(
      KernelPass pass, AdapterState state, TokenBatch tokens, Supplier<PairBatch> pairs) {
    KernelPass.Loaded batch = pass.load(tokens);
    Direction direction = direction(pass, state, pairs);
    if (!direction.exists() || !options.refreshesProbe(state.counters().updates())) {
      KernelPass.Gradients clean = pass.weights(batch, state.weights(), state.probe());
      return finish(pass, state, clean, direction, null, null, null);
    }
    KernelPass.Scaled moved =
        pass.perturb(state.weights(), direction.vector(), options.perturbation());
    KernelPass.Gradients perturbed = pass.perturbed(batch, moved.vector(), state.probe());
    observer.perturbed(perturbed, moved.scalar());
    KernelPass.Gradients clean = pass.task(batch, state.weights(), state.probe());
    Tensor q = probeGradient(pass, noise(state, tokens), clean, perturbed);
    return finish(pass, state, clean, direction, perturbed, moved.scalar(), q);
  }

  private Direction direction(KernelPass pass, AdapterState state, Supplier<PairBatch> pairs) {
    AdapterState.Counters counters = state.counters();
    boolean due =
        options.refreshesDirection(counters.updates())
            || (options.method().probes() && !counters.hasDirection());
    if (!due) {
      return new Direction(state.direction(), counters.hasDirection(), null);
    }
    PairBatch found = pairs.get();
    if (found == null) {
      return new Direction(state.direction(), false, null);
    }
    KernelPass.Safety safety = safety(pass, state, found);
    return new Direction(pass.unit(safety.byWeights(), DIRECTION_FLOOR).vector(), true, safety);
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
      Direction direction,
      KernelPass.Gradients perturbed,
      Tensor eps,
      Tensor q) {
    observer.clean(clean);
    AdapterState.Counters before = state.counters();
    KernelPass.Safety safety = direction.safety();
    long update = before.updates() + 1;
    double learningRate = options.learningRateAt(update);
    double[] measures =
        pass.measures(clean.byWeights(), direction.vector(), state.probe(), state.weights());
    double loss = clean.loss().item();
    float[] rowLosses = clean.rowLosses().toFloats();
    double qNorm = q == null ? 0 : pass.measures(q, q, q, q)[0];
    String notFinite = notFinite(loss, measures[0], safety, qNorm);
    String plain = options.method().probes() && !direction.exists() ? NO_PAIRS : null;
    StepOutcome outcome =
        new StepOutcome(
            notFinite == null,
            notFinite == null ? plain : notFinite,
            loss,
            rowLosses,
            perturbed == null ? null : perturbed.loss().item(),
            perturbed == null
                ? null
                : StepOutcome.pushes(rowLosses, perturbed.rowLosses().toFloats(), eps.item()),
            safety == null ? null : safety.loss().item(),
            direction.exists() ? -measures[1] : null,
            measures[0],
            measures[2],
            measures[3],
            learningRate);
    if (outcome.applied()) {
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
        pass.assign(state.direction(), direction.vector());
      } else if (before.hasDirection() && !direction.exists()) {
        clear(pass, state.direction());
        clear(pass, state.probe());
      }
      if (q != null) {
        refreshProbe(pass, state, q);
      }
      state.counters(
          new AdapterState.Counters(
              update, before.probeUpdates() + (q == null ? 0 : 1), direction.exists()));
    }
    return outcome;
  }

  private void refreshProbe(KernelPass pass, AdapterState state, Tensor q) {
    clear(pass, state.probe());
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

  private static void clear(KernelPass pass, Tensor tensor) {
    pass.assign(tensor, pass.minus(tensor, tensor));
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
