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
 *   <li>gradients of the task loss by W and v at (W, v), the latter called b; with them, on every
 *       step or on refreshes of the hidden probe, the push of each row;
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
   * What the passes of a step have shown.
   *
   * @param clean the task loss at (W, v) with its gradient by W
   * @param pushes of the rows, null where no row's is known
   * @param probing null where the step computes no hidden probe
   */
  private record Shown(KernelPass.Gradients clean, RowPushes pushes, HiddenProbePasses probing) {}

  /**
   * Trains on one batch, as {@link #run(KernelPass, AdapterState, TokenBatch, Supplier, Screen)}.
   */
  public StepOutcome run(
      KernelPass pass, AdapterState state, TokenBatch tokens, Supplier<PairBatch> pairs) {
    return run(pass, state, tokens, pairs, Screen.ALL);
  }

  /**
   * Trains on one batch. Where a screen will not have all of its rows, the passes are made once
   * more without them, along the same direction, and the batch is trained so.
   *
   * @param pairs asked for safety pairs when the direction is refreshed; gives null if there are
   *     none
   * @return null where the screen has left nothing to train: nothing is changed then
   */
  public StepOutcome run(
      KernelPass pass,
      AdapterState state,
      TokenBatch tokens,
      Supplier<PairBatch> pairs,
      Screen screen) {
    Direction direction = direction(pass, state, pairs);
    Shown shown = shown(pass, state, tokens, direction);
    if (screen != Screen.ALL && shown.pushes() != null && direction.fault() == null) {
      double[] pushes = shown.pushes().of(shown.clean().rowLosses().toFloats());
      TokenBatch kept = screen.kept(pushes);
      if (kept == null) {
        return null;
      }
      if (kept != tokens) {
        shown.clean().byWeights().close();
        shown = shown(pass, state, kept, direction);
      }
    }
    return finish(pass, state, shown, direction);
  }

  private Shown shown(KernelPass pass, AdapterState state, TokenBatch tokens, Direction direction) {
    // A direction that is no number would spoil the loss; plain training keeps none up to date.
    if (!direction.exists() || direction.fault() != null || !options.method().hasHiddenProbe()) {
      return new Shown(TaskPass.plain(pass, state, pass.load(tokens)).task(), null, null);
    }
    if (!options.refreshesHiddenProbe(state.counters().updates())) {
      TaskPass task =
          TaskPass.of(pass, state, pass.load(tokens), direction.vector(), options.pushes());
      return new Shown(task.task(), known(task.pushes()), null);
    }
    HiddenProbePasses probing =
        HiddenProbePasses.of(pass, state, tokens, direction.vector(), options, observer);
    return new Shown(probing.clean(), probing.pushes(), probing);
  }

  private static RowPushes known(RowPushes pushes) {
    return pushes == RowPushes.UNKNOWN ? null : pushes;
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

  /** Changes the state, unless a figure is not finite. */
  private StepOutcome finish(
      KernelPass pass, AdapterState state, Shown shown, Direction direction) {
    KernelPass.Gradients clean = shown.clean();
    HiddenProbePasses probing = shown.probing();
    observer.clean(clean);
    StepOutcome outcome = outcome(pass, state, shown, direction);
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
      KernelPass pass, AdapterState state, Shown shown, Direction direction) {
    KernelPass.Gradients clean = shown.clean();
    HiddenProbePasses probing = shown.probing();
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
    return new StepOutcome(
        fault == null,
        fault == null ? plain : fault,
        loss,
        rowLosses,
        directed && probing != null && probing.perturbedLoss() != null
            ? (Double) probing.perturbedLoss().item()
            : null,
        directed && shown.pushes() != null ? shown.pushes().of(rowLosses) : null,
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
