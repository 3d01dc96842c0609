package io.sapflow.sap;

import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;

/** Sees the tensors of a step while they exist; for comparing a step with a recorded trace. */
public interface StepObserver {

  /** Sees nothing. */
  StepObserver NONE = new StepObserver() {};

  /** The safety loss at (W, v), before its gradient is normalised. */
  default void safety(KernelPass.Safety safety) {}

  /** The perturbed pass, and eps. */
  default void perturbed(KernelPass.Gradients gradients, Tensor eps) {}

  /** The clean pass at (W, v). */
  default void clean(KernelPass.Gradients gradients) {}

  /** The hidden probe's gradient q. */
  default void hiddenProbeGradient(Tensor q) {}
}
