package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The passes of a step that computes the hidden probe anew.
 *
 * @param clean the task loss at (W, v) with its gradient by W
 * @param perturbedLoss the task loss at (W + eps d, v), []; null where it was not computed for all
 *     rows
 * @param gradient q, what v is made of, [P, H]
 * @param pushes of the rows, once their losses are known
 */
record HiddenProbePasses(
    KernelPass.Gradients clean, Tensor perturbedLoss, Tensor gradient, RowPushes pushes) {

  /** Makes them, in the way that the options ask for on this base and device. */
  static HiddenProbePasses of(
      KernelPass pass,
      AdapterState state,
      TokenBatch tokens,
      Tensor direction,
      SapOptions options,
      StepObserver observer) {
    ProbedRows rows = ProbedRows.of(tokens, options.probeRows());
    TokenBatch part = rows.all() ? tokens : tokens.select(rows.probed());
    KernelPass.Loaded batch = pass.load(part);
    // Before the device is busy: a copy waits for it.
    KernelPass.Loaded rest = rows.all() ? null : pass.load(tokens.select(rows.others()));
    KernelPass.Scaled moved = pass.perturb(state.weights(), direction, options.perturbation());
    long noise = noise(state, tokens);
    HiddenProbePasses made =
        pass.way(options.probeGradient()) == ProbeGradient.DOUBLE_BACKWARD
            ? doubleBackward(pass, state, batch, direction, moved.scalar(), options, noise)
            : difference(pass, state, batch, moved, options, observer, noise);
    observer.hiddenProbeGradient(made.gradient());
    if (rows.all()) {
      return made;
    }
    TaskPass others = TaskPass.of(pass, state, rest, direction, options.pushes());
    double share = part.targetCount() / (double) tokens.targetCount();
    return new HiddenProbePasses(
        pass.joined(made.clean(), others.task(), share, rows.places()),
        null,
        made.gradient(),
        here ->
            rows.spread(
                made.pushes().of(pick(here, rows.probed())),
                others.pushes().of(pick(here, rows.others()))));
  }

  private static float[] pick(float[] values, int[] which) {
    float[] picked = new float[which.length];
    for (int i = 0; i < which.length; i++) {
      picked[i] = values[which[i]];
    }
    return picked;
  }

  private static HiddenProbePasses difference(
      KernelPass pass,
      AdapterState state,
      KernelPass.Loaded batch,
      KernelPass.Scaled moved,
      SapOptions options,
      StepObserver observer,
      long noise) {
    KernelPass.Gradients perturbed = pass.perturbed(batch, moved.vector(), state.hiddenProbe());
    observer.perturbed(perturbed, moved.scalar());
    KernelPass.Gradients clean = pass.task(batch, state.weights(), state.hiddenProbe());
    Tensor q =
        switch (options.method()) {
          case SAP_NEGATED -> pass.minus(perturbed.byHiddenProbe(), clean.byHiddenProbe());
          case SAP_RANDOM -> pass.normal(clean.byHiddenProbe(), new SplittableRandom(noise));
          default -> pass.minus(clean.byHiddenProbe(), perturbed.byHiddenProbe());
        };
    return new HiddenProbePasses(
        clean,
        perturbed.loss(),
        q,
        here -> StepOutcome.pushes(here, perturbed.rowLosses().toFloats(), moved.scalar().item()));
  }

  private static HiddenProbePasses doubleBackward(
      KernelPass pass,
      AdapterState state,
      KernelPass.Loaded batch,
      Tensor direction,
      Tensor eps,
      SapOptions options,
      long noise) {
    KernelPass.Twice twice =
        pass.doubleBackward(batch, state.weights(), state.hiddenProbe(), direction);
    Tensor q =
        switch (options.method()) {
          case SAP_NEGATED -> pass.negated(pass.descent(eps, twice.alongDirection()));
          case SAP_RANDOM -> pass.normal(twice.alongDirection(), new SplittableRandom(noise));
          default -> pass.descent(eps, twice.alongDirection());
        };
    return new HiddenProbePasses(twice.task(), null, q, RowPushes.down(twice.slopes()));
  }

  /** Where the random control's noise begins: another for every step and every run's batches. */
  private static long noise(AdapterState state, TokenBatch tokens) {
    return Long.rotateLeft(state.counters().updates(), 32) ^ Arrays.hashCode(tokens.ids());
  }

  /** What keeps them from being used; null if nothing does. */
  String fault(KernelPass pass) {
    if (perturbedLoss != null && !Double.isFinite(perturbedLoss.item())) {
      return "the task loss in the perturbed place is " + perturbedLoss.item();
    }
    double norm = pass.measures(gradient, gradient, gradient, gradient)[0];
    return Double.isFinite(norm) ? null : "the norm of the hidden probe's gradient is " + norm;
  }
}
