package io.sapflow.pipeline.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.model.AdapterState;
import io.sapflow.model.Check;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.Tensor;
import io.sapflow.sap.StepObserver;
import java.util.Arrays;
import java.util.List;

/** Compares one step with what the trace recorded of it. */
final class TraceStepChecks {

  private static final double NORM_LIMIT = 2e-5;

  private final String name;
  private final TraceLimits limits;
  private final RecordedAdapter start;
  private final SafetensorsFile tensors;
  private final JsonNode expected;
  private final List<Check> checks;
  private float[] probeGradient;

  TraceStepChecks(
      int step,
      TraceLimits limits,
      RecordedAdapter start,
      SafetensorsFile tensors,
      JsonNode expected,
      List<Check> checks) {
    this.name = String.format("step_%02d", step);
    this.limits = limits;
    this.start = start;
    this.tensors = tensors;
    this.expected = expected;
    this.checks = checks;
  }

  /** The useful loss with the probe off, at the weights before the step. */
  void evaluation(double loss) {
    usefulLoss("useful_loss_no_probe", loss);
  }

  void probeInForce(Tensor probe, int[] layers) {
    vector("probe_in_force", probe.toFloats(), layers, limits.probeNext());
  }

  void before(AdapterState state) {
    scalar("lora_norm", norm(state.weights().toFloats()));
  }

  StepObserver observer() {
    return new StepObserver() {
      @Override
      public void safety(KernelPass.Safety safety) {
        checks.add(
            Check.atMost(
                name,
                "contrastive_loss",
                relative("contrastive_loss", safety.loss().item()),
                limits.safetyRelative()));
        float[] found = safety.byWeights().toFloats();
        gradient("grad_contrastive", found);
        scalar("grad_contrastive_norm", norm(found));
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
      }

      @Override
      public void probeGradient(Tensor q) {
        probeGradient = q.toFloats();
      }
    };
  }

  void after(AdapterState state, int[] layers) {
    if (probeGradient != null) {
      vector("probe_grad", probeGradient, layers, limits.probeGradient());
      vector("probe_next", state.probe().toFloats(), layers, limits.probeNext());
      probeMoment("probe_exp_avg", state.probeMean(), layers);
      probeMoment("probe_exp_avg_sq", state.probeSquare(), layers);
    }
    scalar("lora_norm_after", norm(state.weights().toFloats()));
    if (recorded("param")) {
      float[] found = state.weights().toFloats();
      float[] wanted = start.prefixed(tensors, name + ".param.");
      limit("param:max_abs", Check.maxAbs(found, wanted), limits.parameterAbsolute());
      limit("param:moved", Check.relative(moved(found), moved(wanted)), limits.movedRelative());
      moment("exp_avg", state.weightMean());
      moment("exp_avg_sq", state.weightSquare());
    }
  }

  private void usefulLoss(String key, double found) {
    if (!expected.has(key)) {
      return;
    }
    limit(key + ":abs", Math.abs(found - Manifest.number(expected, key)), limits.lossAbsolute());
    limit(key, relative(key, found), limits.lossRelative());
  }

  /**
   * Norms follow from tensors that are held already; they are compared where those are held
   * tightly.
   */
  private void scalar(String key, double found) {
    if (expected.has(key) && limits.gradientRelative() <= NORM_LIMIT) {
      limit(key, relative(key, found), NORM_LIMIT);
    }
  }

  private void gradient(String key, float[] found) {
    if (!recorded(key)) {
      return;
    }
    for (LoraLayout.Slot slot : start.layout().slots()) {
      float[] part = Arrays.copyOfRange(found, slot.offset(), slot.offset() + slot.elements());
      float[] wanted = tensors.floats(name + "." + key + "." + slot.peftName());
      limit(key + ":" + slot.peftName(), Check.relative(part, wanted), limits.gradientRelative());
    }
  }

  private void moment(String key, Tensor found) {
    float[] wanted = start.prefixed(tensors, name + "." + key + ".");
    limit(key, Check.relative(found.toFloats(), wanted), limits.momentRelative());
  }

  private void probeMoment(String key, Tensor found, int[] layers) {
    float[] wanted = RecordedAdapter.probe(tensors, name + "." + key + ".", layers);
    limit(key, Check.relative(found.toFloats(), wanted), limits.probeMomentRelative());
  }

  private void vector(String key, float[] found, int[] layers, TraceLimits.Vector limit) {
    float[] wanted = RecordedAdapter.probe(tensors, name + "." + key + ".", layers);
    limit(key, Check.relative(found, wanted), limit.relative());
    checks.add(Check.atLeast(name, key + ":cosine", Check.cosine(found, wanted), limit.cosine()));
    checks.add(
        Check.atLeast(name, key + ":signs", Check.signAgreement(found, wanted), limit.signs()));
  }

  private void limit(String quantity, double worst, double limit) {
    if (limit < Double.POSITIVE_INFINITY) {
      checks.add(Check.atMost(name, quantity, worst, limit));
    }
  }

  private double relative(String key, double found) {
    double wanted = Manifest.number(expected, key);
    return wanted == 0 ? Math.abs(found) : Math.abs(found - wanted) / Math.abs(wanted);
  }

  private boolean recorded(String key) {
    return tensors
        .names()
        .contains(name + "." + key + "." + start.layout().slots().get(0).peftName());
  }

  private float[] moved(float[] values) {
    float[] difference = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      difference[i] = values[i] - start.weights()[i];
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
