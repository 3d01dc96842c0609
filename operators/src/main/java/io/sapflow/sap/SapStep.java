package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import java.util.function.Supplier;

/**
 * One step on one adapter, in the order of the paper's algorithm, q as it defines it:
 *
 * <ol>
 *   <li>on direction refreshes: the {@link HarmfulDirection} d at (W, v);
 *   <li>on refreshes of the hidden probe: a = gradient of the task loss by v at (W + eps d, v), eps
 *       = perturbation * |W|;
 *   <li>gradients of the task loss by W and v at (W, v), the latter called b;
 *   <li>W by AdamW along the clipped gradient;
 *   <li>on refreshes of the hidden probe: v from zero by AdamW along q = b - a.
 * </ol>
 *
 * By {@link io.sapflow.model.ProbeGradient#DOUBLE_BACKWARD} one pass takes the place of 2. and 3.,
 * with q to first order in eps. W itself is never moved to the perturbed place. If the loss or a
 * gradient is not finite, nothing is changed.
 *
 * <p>Without safety pairs there is no d and no new v: the step is plain, and clears both. The first
 * step that finds pairs again computes d whatever its turn.
 */
public final class SapStep {

  /** Why a step computed no hidden probe, though its method has one. */
  static final String NO_PAIRS =
      "no safety pair is active: trained without a harmful direction and without a new probe";

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
   * @param found what this step computed, null if it computed none
   */
  private record Direction(Tensor vector, boolean exists, HarmfulDirection found) {

    String fault() {
      return found == null ? null : found.fault();
    }
  }

  /**
   * Trains on one batch.
   *
   * @param pairs asked for safety pairs when the direction is refreshed; gives null if there are
   *     none
   */
  public StepOutcome run(
      KernelPass pass, AdapterState state, TokenBatch tokens, Supplier<PairBatch> pairs) {
    Direction direction = direction(pass, state, pairs);
    if (!direction.exists() || !options.refreshesHiddenProbe(state.counters().updates())) {
      KernelPass.Gradients clean =
          pass.weights(pass.load(tokens), state.weights(), state.hiddenProbe());
      return finish(pass, state, clean, direction, null);
    }
    HiddenProbePasses probing =
        HiddenProbePasses.of(pass, state, tokens, direction.vector(), options, observer);
    return finish(pass, state, probing.clean(), direction, probing);
  }

  private Direction direction(KernelPass pass, AdapterState state, Supplier<PairBatch> pairs) {
    AdapterState.Counters counters = state.counters();
    boolean due =
        options.refreshesDirection(counters.updates())
            || (options.method().hasHiddenProbe() && !counters.hasDirection());
    if (!due) {
      return new Direction(state.direction(), counters.hasDirection(), null);
    }
    PairBatch drawn = pairs.get();
    if (drawn == null) {
      return new Direction(state.direction(), false, null);
    }
    HarmfulDirection found = HarmfulDirection.of(pass, state, drawn);
    observer.safety(found.safety());
    return new Direction(found.vector(), true, found);
  }

  /**
   * Changes the state, unless a figure is not finite.
   *
   * @param probing null where the step computes no hidden probe
   */
  private StepOutcome finish(
      KernelPass pass,
      AdapterState state,
      KernelPass.Gradients clean,
      Direction direction,
      HiddenProbePasses probing) {
    observer.clean(clean);
    StepOutcome outcome = outcome(pass, state, clean, direction, probing);
    if (!outcome.applied()) {
      return outcome;
    }
    AdapterState.Counters before = state.counters();
    long update = before.updates() + 1;
    options
        .adamW()
        .update(
            pass,
            update,
            outcome.learningRate(),
            options.maxGradientNorm(),
            state.weights(),
            clean.byWeights(),
            state.weightMean(),
            state.weightSquare());
    if (direction.found() != null) {
      direction.found().store(pass, state);
    } else if (before.hasDirection() && !direction.exists()) {
      pass.clear(state.direction());
      pass.clear(state.hiddenProbe());
    }
    if (probing != null) {
      refreshHiddenProbe(pass, state, probing.gradient());
    }
    state.counters(
        new AdapterState.Counters(
            update, before.hiddenProbeUpdates() + (probing == null ? 0 : 1), direction.exists()));
    return outcome;
  }

  private StepOutcome outcome(
      KernelPass pass,
      AdapterState state,
      KernelPass.Gradients clean,
      Direction direction,
      HiddenProbePasses probing) {
    double[] measures =
        pass.measures(clean.byWeights(), direction.vector(), state.hiddenProbe(), state.weights());
    double loss = clean.loss().item();
    float[] rowLosses = clean.rowLosses().toFloats();
    String misdirected = direction.fault();
    String fault = fault(loss, measures[0]);
    if (fault == null) {
      fault = misdirected;
    }
    if (fault == null && probing != null) {
      fault = probing.fault(pass);
    }
    String plain = options.method().hasHiddenProbe() && !direction.exists() ? NO_PAIRS : null;
    boolean directed = direction.exists() && misdirected == null;
    boolean pushed = directed && probing != null;
    return new StepOutcome(
        fault == null,
        fault == null ? plain : fault,
        loss,
        rowLosses,
        pushed && probing.perturbedLoss() != null ? (Double) probing.perturbedLoss().item() : null,
        pushed ? probing.pushes().of(rowLosses) : null,
        direction.found() == null ? null : direction.found().safety().loss().item(),
        directed ? (Double) (-measures[1]) : null,
        measures[0],
        measures[2],
        measures[3],
        options.learningRateAt(state.counters().updates() + 1));
  }

  private static String fault(double loss, double gradientNorm) {
    if (!Double.isFinite(loss)) {
      return "the task loss is " + loss;
    }
    return Double.isFinite(gradientNorm)
        ? null
        : "the norm of the gradient by the weights is " + gradientNorm;
  }

  private void refreshHiddenProbe(KernelPass pass, AdapterState state, Tensor q) {
    pass.clear(state.hiddenProbe());
    options
        .adamW()
        .update(
            pass,
            state.counters().hiddenProbeUpdates() + 1,
            options.hiddenProbeLearningRate(),
            0,
            state.hiddenProbe(),
            q,
            state.hiddenProbeMean(),
            state.hiddenProbeSquare());
  }
}
