package io.sapflow.ops.verify;

import io.sapflow.model.JsonFile;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.SafetensorsFile;

/**
 * What a trace recorded of one step: scalars, and tensors whose names begin with the step's.
 *
 * @param name such as step_01
 * @param scalars by name
 * @param tensors of all steps
 * @param start the adapter that the trace starts from
 * @param options which layers are probed
 */
record RecordedStep(
    String name,
    JsonFile scalars,
    SafetensorsFile tensors,
    RecordedAdapter start,
    KernelOptions options) {

  /** Whether the adapter's tensors of this kind are recorded. */
  boolean hasWeights(String kind) {
    String first = start.layout().slots().get(0).peftName();
    return tensors.names().contains(name + "." + kind + "." + first);
  }

  /** Whether the probe's vectors of this kind are recorded. */
  boolean hasProbe(String kind) {
    int[] layers = options.hiddenProbeLayers();
    return layers.length > 0 && tensors.names().contains(name + "." + kind + ".layer_" + layers[0]);
  }

  /** The adapter's tensors of a kind, flat, [n]. */
  float[] weights(String kind) {
    return start.prefixed(tensors, name + "." + kind + ".");
  }

  /** The probe's vectors of a kind, [P * H]. */
  float[] probe(String kind) {
    return RecordedAdapter.probe(
        tensors,
        name + "." + kind + ".",
        options.hiddenProbeLayers(),
        start.layout().config().hiddenSize());
  }

  LoraLayout layout() {
    return start.layout();
  }
}
