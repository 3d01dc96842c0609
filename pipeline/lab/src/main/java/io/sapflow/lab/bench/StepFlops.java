package io.sapflow.lab.bench;

import io.sapflow.sap.SapOptions;

/**
 * Floating-point operations of a step of an arrangement.
 *
 * @param arrangement what it computes on which rows
 * @param options its settings
 * @param pass counts one pass
 */
record StepFlops(Arrangement arrangement, SapOptions options, Limits limits, PassFlops pass) {

  /**
   * Counts a step.
   *
   * @param updates how many were made before it
   */
  long of(Work work, long updates) {
    PassShape task = arrangement.taskShape(work, limits);
    long forward = pass.forward(task);
    long flops = forward + pass.backwardByWeights(task);
    if (options.refreshesHiddenProbe(updates)) {
      flops += forward + pass.backwardByProbe(task);
    }
    if (options.refreshesDirection(updates)) {
      PassShape safety = arrangement.safetyShape(work, limits);
      flops += pass.forward(safety) + pass.backwardByWeights(safety);
    }
    return flops;
  }
}
