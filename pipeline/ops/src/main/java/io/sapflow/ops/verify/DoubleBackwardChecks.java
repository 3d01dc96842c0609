package io.sapflow.ops.verify;

import io.sapflow.model.AdapterState;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepObserver;
import io.sapflow.sap.StepOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Makes one recorded step by double backward, on a copy of the adapter, and compares q, the pushes
 * and the loss with what the trace has by differences; and the pushes and the loss of the pass that
 * tells slopes beside the gradient.
 *
 * <p>A difference is the mean of a derivative between (W, v) and (W + eps d, v), a double backward
 * the derivative at (W, v). How far they may be apart is what the derivative changes by between the
 * two places, which a double backward at the second one tells: half of it to first order, all of it
 * where the change is not even. docs/verify.md derives it.
 */
final class DoubleBackwardChecks implements AutoCloseable {

  private static final String TWICE = "double_backward:";
  private static final String ALONG = "slopes:";

  private final RecordedStep recorded;
  private final ComputeType type;
  private final List<Check> checks;
  private final String name;
  private final AdapterState stepped;
  private final AdapterState place;
  private float[] gradient;
  private float[] byWeights;

  /**
   * Checks of one step.
   *
   * @param state the adapter before it, which is copied
   * @param checks takes them
   */
  DoubleBackwardChecks(
      RecordedStep recorded,
      ComputeType type,
      Kernel kernel,
      KernelPass pass,
      AdapterState state,
      List<Check> checks) {
    this.recorded = recorded;
    this.type = type;
    this.checks = checks;
    this.name = recorded.name() + " " + type.name().toLowerCase(Locale.ROOT);
    this.stepped = copy(kernel, pass, state);
    this.place = copy(kernel, pass, state);
  }

  private static AdapterState copy(Kernel kernel, KernelPass pass, AdapterState state) {
    AdapterState copy = AdapterState.empty(kernel);
    copy.tensors().forEach((key, tensor) -> pass.assign(tensor, state.tensors().get(key)));
    copy.counters(state.counters());
    return copy;
  }

  /** Makes the step. */
  void run(KernelPass pass, SapOptions options, TokenBatch useful, Supplier<PairBatch> pairs) {
    StepOutcome outcome =
        new SapStep(options.by(ProbeGradient.DOUBLE_BACKWARD), observer())
            .run(pass, stepped, useful, pairs);
    KernelPass.Scaled moved =
        pass.perturb(place.weights(), stepped.direction(), options.perturbation());
    KernelPass.Twice there =
        pass.doubleBackward(
            pass.load(useful), moved.vector(), place.hiddenProbe(), stepped.direction());
    task(TWICE, outcome.taskLoss(), byWeights);
    gradient(pass.descent(moved.scalar(), there.alongDirection()).toFloats());
    double eps = moved.scalar().item();
    double change = change(outcome.pushes(), there.slopes().toDoubles(), useful);
    pushes(TWICE, outcome.pushes(), change, useful, eps);
    KernelPass.Along along =
        pass.weightsAlong(
            pass.load(useful), place.weights(), place.hiddenProbe(), stepped.direction());
    task(ALONG, along.task().loss().item(), along.task().byWeights().toFloats());
    double[] falls = Arrays.stream(along.slopes().toDoubles()).map(slope -> -slope).toArray();
    pushes(ALONG, falls, change, useful, eps);
  }

  private void task(String way, double loss, float[] found) {
    double wanted = recorded.scalars().number("useful_loss_clean");
    add(way + "useful_loss_clean", Math.abs(loss - wanted), rounding() * wanted);
    if (recorded.hasWeights("grad_useful")) {
      double worst = Check.relative(found, recorded.weights("grad_useful"));
      add(way + "grad_useful", worst, 5 * rounding());
    }
  }

  private StepObserver observer() {
    return new StepObserver() {
      @Override
      public void hiddenProbeGradient(Tensor found) {
        gradient = found.toFloats();
      }

      @Override
      public void clean(KernelPass.Gradients found) {
        byWeights = found.byWeights().toFloats();
      }
    };
  }

  private double rounding() {
    return type == ComputeType.FLOAT64 ? 1e-6 : 2e-5;
  }

  /** Of the difference of two losses, relative to the loss. */
  private double differenceRounding() {
    return type == ComputeType.FLOAT64 ? 1e-8 : rounding();
  }

  private void gradient(float[] there) {
    float[] zero = new float[there.length];
    float[] wanted = recorded.probe("probe_grad");
    double change = Check.relative(there, gradient) * Check.relative(gradient, zero);
    double limit = change / Check.relative(wanted, zero) + 10 * rounding();
    add(TWICE + "probe_grad", Check.relative(gradient, wanted), limit);
  }

  /** What pushes change by between the two places, as a mean over all targets. */
  private static double change(double[] pushes, double[] slopesThere, TokenBatch useful) {
    double change = 0;
    for (long row : useful.targetRows()) {
      change += Math.abs(-slopesThere[(int) row] - pushes[(int) row]) / useful.targetCount();
    }
    return change;
  }

  /** The mean over all targets of how much lower the loss is in the perturbed place, over eps. */
  private void pushes(String way, double[] pushes, double change, TokenBatch useful, double eps) {
    if (!recorded.scalars().has("useful_loss_perturbed")) {
      return;
    }
    double clean = recorded.scalars().number("useful_loss_clean");
    double wanted = (clean - recorded.scalars().number("useful_loss_perturbed")) / eps;
    double found = 0;
    for (long row : useful.targetRows()) {
      found += pushes[(int) row] / useful.targetCount();
    }
    add(way + "push", Math.abs(found - wanted), change + differenceRounding() * clean / eps);
  }

  private void add(String quantity, double worst, double limit) {
    checks.add(Check.atMost(name, quantity, worst, limit));
  }

  @Override
  public void close() {
    stepped.close();
    place.close();
  }
}
