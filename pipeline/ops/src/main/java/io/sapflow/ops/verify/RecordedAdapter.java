package io.sapflow.ops.verify;

import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.SafetensorsFile;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A LoRA adapter whose shape is told by its tensors: rank and targets from names and shapes, the
 * scaling from beside.
 *
 * @param layout order of the flat vector
 * @param weights the flat vector
 */
record RecordedAdapter(LoraLayout layout, float[] weights) {

  static RecordedAdapter of(ModelConfig config, SafetensorsFile file, double scaling) {
    Set<LoraTarget> targets = EnumSet.noneOf(LoraTarget.class);
    int rank = 0;
    for (String name : file.names()) {
      for (LoraTarget target : LoraTarget.values()) {
        if (name.endsWith(target.path() + ".lora_A.weight")) {
          targets.add(target);
          rank = Math.toIntExact(file.entry(name).shape()[0]);
        }
      }
    }
    if (targets.isEmpty()) {
      throw new ModelException(
          file.path()
              + ": found no tensor whose name ends in .lora_A.weight, expected a LoRA adapter");
    }
    LoraLayout layout = new LoraLayout(config, new LoraSpec(rank, scaling * rank, false, targets));
    return new RecordedAdapter(layout, layout.read(file));
  }

  /** The flat vector of tensors that are named as the adapter's, with a prefix. */
  float[] prefixed(SafetensorsFile file, String prefix) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    layout
        .slots()
        .forEach(
            slot ->
                tensors.put(
                    slot.peftName(), floats(file, prefix + slot.peftName(), slot.elements())));
    return layout.pack(file.path(), tensors);
  }

  /** The probe vectors of the given layers, one after another, [P * H]. */
  static float[] probe(SafetensorsFile file, String prefix, int[] layers, int hidden) {
    float[] all = new float[layers.length * hidden];
    for (int i = 0; i < layers.length; i++) {
      float[] one = floats(file, prefix + "layer_" + layers[i], hidden);
      System.arraycopy(one, 0, all, i * hidden, hidden);
    }
    return all;
  }

  private static float[] floats(SafetensorsFile file, String name, int count) {
    float[] values = file.floats(name);
    if (values.length != count) {
      throw new ModelException(
          file.path()
              + ": tensor '"
              + name
              + "' has "
              + values.length
              + " values; "
              + count
              + " would be right");
    }
    return values;
  }
}
