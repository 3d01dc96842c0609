package io.sapflow.ops.verify;

import io.sapflow.model.AdapterState;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.Tensor;
import io.sapflow.sap.StepObserver;
import io.sapflow.sap.StepOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * Compares one step with what the trace recorded of it. Of what a refresh computes, the safety
 * loss, q, the probe and its moments must be recorded; the rest is compared where it is.
 */
final class TraceStepChecks {

  /** Entries of a vector below this share of its root mean square have no sign to compare. */
  private static final double SIGNLESS = 1e-3;

  private final RecordedStep recorded;
  private final TraceLimits limits;
  private final String name;
  private final List<Check> checks;
  private float[] safetyGradient;
  private float[] hiddenProbeGradient;
  private double cleanHiddenProbeGradient;

  TraceStepChecks(RecordedStep recorded, TraceLimits limits, ComputeType type, List<Check> checks) {
    this.recorded = recorded;
    this.limits = limits;
    this.name = recorded.name() + " " + type.name().toLowerCase(Locale.ROOT);
    this.checks = checks;
  }

  /**
   * Compares what stands before the step.
   *
   * @param evaluation the useful loss with the probe off
   */
  void before(AdapterState state, DoubleSupplier evaluation) {
    if (recorded.scalars().has("useful_loss_no_probe")) {
      usefulLoss("useful_loss_no_probe", evaluation.getAsDouble());
    }
    if (recorded.hasProbe("probe_in_force")) {
      vector("probe_in_force", state.hiddenProbe(), limits.hiddenProbeNext());
    }
    scalar("lora_norm", norm(state.weights().toFloats()));
  }

  /** Compares what the step shows while it runs. */
  StepObserver observer() {
    return new StepObserver() {
      @Override
      public void safety(KernelPass.Safety safety) {
        limit(
            "contrastive_loss",
            relative("contrastive_loss", safety.loss().item()),
            limits.safetyRelative());
        double[] logp = safety.logp().toDoubles();
        logp("chosen_logp", Arrays.copyOfRange(logp, 0, logp.length / 2));
        logp("rejected_logp", Arrays.copyOfRange(logp, logp.length / 2, logp.length));
        safetyGradient = safety.byWeights().toFloats();
        gradient("grad_contrastive", safetyGradient);
        scalar("grad_contrastive_norm", norm(safetyGradient));
      }

      @Override
      public void perturbed(KernelPass.Gradients gradients, Tensor eps) {
        usefulLoss("useful_loss_perturbed", gradients.loss().item());
        scalar("epsilon", eps.item());
      }

      @Override
      public void clean(KernelPass.Gradients gradients) {
        usefulLoss("useful_loss_clean", gradients.loss().item());
        float[] found = gradients.byWeights().toFloats();
        gradient("grad_useful", found);
        scalar("grad_useful_norm", norm(found));
        if (gradients.byHiddenProbe() != null) {
          cleanHiddenProbeGradient = norm(gradients.byHiddenProbe().toFloats());
          scalar("probe_grad_clean_norm", cleanHiddenProbeGradient);
        }
      }

      @Override
      public void hiddenProbeGradient(Tensor q) {
        hiddenProbeGradient = q.toFloats();
      }
    };
  }

  /** Compares what the step leaves. */
  void after(AdapterState state, StepOutcome outcome) {
    if (safetyGradient != null && recorded.scalars().has("cos_contrastive_useful")) {
      double wanted = recorded.scalars().number("cos_contrastive_useful");
      limit(
          "cos_contrastive_useful",
          Math.abs(-outcome.harmAlignment() - wanted),
          limits.scalarRelative());
    }
    boolean refreshed = hiddenProbeGradient != null;
    if (refreshed) {
      vector("probe_grad", hiddenProbeGradient, limits.hiddenProbeGradient());
    }
    if (refreshed || recorded.hasProbe("probe_next")) {
      vector("probe_next", state.hiddenProbe(), limits.hiddenProbeNext());
    }
    if (refreshed || recorded.hasProbe("probe_exp_avg")) {
      hiddenProbeMoment("probe_exp_avg", state.hiddenProbeMean());
      hiddenProbeMoment("probe_exp_avg_sq", state.hiddenProbeSquare());
    }
    scalar("lora_norm_after", norm(state.weights().toFloats()));
    if (recorded.hasWeights("param")) {
      float[] found = state.weights().toFloats();
      float[] wanted = recorded.weights("param");
      limit("param:max_abs", Check.maxAbs(found, wanted), limits.parameterAbsolute());
      limit("param:moved", Check.relative(moved(found), moved(wanted)), limits.movedRelative());
      moment("exp_avg", state.weightMean());
      moment("exp_avg_sq", state.weightSquare());
    }
  }

  /** The noise of float32 in q; zero where none was computed. */
  double noise() {
    return hiddenProbeGradient == null
        ? 0
        : TraceLimits.noise(cleanHiddenProbeGradient, norm(hiddenProbeGradient));
  }

  private void usefulLoss(String key, double found) {
    if (recorded.scalars().has(key)) {
      double wanted = recorded.scalars().number(key);
      limit(key + ":abs", Math.abs(found - wanted), limits.lossAbsolute());
      limit(key, relative(key, found), limits.lossRelative());
    }
  }

  private void scalar(String key, double found) {
    if (recorded.scalars().has(key)) {
      limit(key, relative(key, found), limits.scalarRelative());
    }
  }

  /** Sums of log-probabilities by row; the largest one's size counts for all. */
  private void logp(String key, double[] found) {
    if (recorded.scalars().has(key)) {
      double[] wanted = recorded.scalars().numbers(key);
      if (found.length != wanted.length) {
        throw recorded.scalars().wrong(key, found.length + " numbers");
      }
      double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
      double worst = 0;
      for (int i = 0; i < found.length; i++) {
        worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
      }
      limit(key, largest == 0 ? worst : worst / largest, limits.scalarRelative());
    }
  }

  private void gradient(String key, float[] found) {
    if (recorded.hasWeights(key)) {
      float[] wanted = recorded.weights(key);
      for (LoraLayout.Slot slot : recorded.layout().slots()) {
        int end = slot.offset() + slot.elements();
        limit(
            key + ":" + slot.peftName(),
            Check.relative(
                Arrays.copyOfRange(found, slot.offset(), end),
                Arrays.copyOfRange(wanted, slot.offset(), end)),
            limits.gradientRelative());
      }
    }
  }

  private void moment(String key, Tensor found) {
    limit(key, Check.relative(found.toFloats(), recorded.weights(key)), limits.momentRelative());
  }

  private void hiddenProbeMoment(String key, Tensor found) {
    limit(
        key,
        Check.relative(found.toFloats(), recorded.probe(key)),
        limits.hiddenProbeMomentRelative());
  }

  private void vector(String key, Tensor found, TraceLimits.Vector limit) {
    vector(key, found.toFloats(), limit);
  }

  private void vector(String key, float[] found, TraceLimits.Vector limit) {
    float[] wanted = recorded.probe(key);
    if (limit.relative() < Double.POSITIVE_INFINITY) {
      checks.add(Check.atMost(name, key, Check.relative(found, wanted), limit.relative()));
      checks.add(Check.atLeast(name, key + ":cosine", Check.cosine(found, wanted), limit.cosine()));
      double signs = Check.signAgreement(found, wanted, SIGNLESS);
      checks.add(Check.atLeast(name, key + ":signs", signs, limit.signs()));
    }
  }

  private void limit(String quantity, double worst, double limit) {
    if (limit < Double.POSITIVE_INFINITY) {
      checks.add(Check.atMost(name, quantity, worst, limit));
    }
  }

  private double relative(String key, double found) {
    double wanted = recorded.scalars().number(key);
    return wanted == 0 ? Math.abs(found) : Math.abs(found - wanted) / Math.abs(wanted);
  }

  private float[] moved(float[] values) {
    float[] difference = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      difference[i] = values[i] - recorded.start().weights()[i];
    }
    return difference;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
