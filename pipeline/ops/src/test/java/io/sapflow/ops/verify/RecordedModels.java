package io.sapflow.ops.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.RowLayout;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.ops.models.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes directories laid out as the fixtures, with expected values by the double-precision kernel,
 * which the tests of the model hold to plain arithmetic.
 */
final class RecordedModels {

  private static final int ROWS = 3;
  private static final int LENGTH = 14;
  private static final long UNSCORED = -100;

  private RecordedModels() {}

  /** A directory with its model, adapter, cases and manifest. */
  static void write(
      Path directory, String config, DType dtype, LoraSpec lora, int[] hiddenProbeLayers, long seed)
      throws IOException {
    Path file = Files.createTempFile("config", ".json");
    Files.writeString(file, config);
    // Shards of few tensors each.
    RandomModel.write(file, directory, dtype, 9000, seed);
    Files.delete(file);
    SplittableRandom random = new SplittableRandom(seed);
    SafetensorsWriter cases = new SafetensorsWriter();
    Map<String, Object> losses = new LinkedHashMap<>();
    try (BaseModel base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
        Kernel kernel =
            base.kernel(
                lora,
                new KernelOptions(
                    hiddenProbeLayers,
                    false,
                    1,
                    ComputeType.FLOAT64,
                    ComputeType.FLOAT64,
                    RowLayout.MASKED));
        Tensor w = kernel.weights();
        Tensor v = kernel.hiddenProbe()) {
      TokenBatch batch = batch(cases, random, base.config().vocabSize());
      float[] weights = gaussian(random, kernel.layout().size(), 0.2);
      float[] probe = gaussian(random, hiddenProbeLayers.length * base.config().hiddenSize(), 0.05);
      new PeftAdapter(kernel.layout(), null, weights).write(directory.resolve("adapter"));
      record("base", kernel, batch, w, v, cases, losses);
      w.set(weights);
      record("lora", kernel, batch, w, v, cases, losses);
      v.set(probe);
      addProbe(cases, "probe.", kernel, probe);
      record("lora_probe", kernel, batch, w, v, cases, losses);
    }
    Files.write(directory.resolve("cases.safetensors"), cases.toBytes());
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("probe_layers", hiddenProbeLayers);
    manifest.put("lora", Map.of("scaling", lora.scaling()));
    manifest.put("expected_losses", losses);
    new ObjectMapper().writeValue(directory.resolve("manifest.json").toFile(), manifest);
  }

  private static void record(
      String name,
      Kernel kernel,
      TokenBatch batch,
      Tensor w,
      Tensor v,
      SafetensorsWriter cases,
      Map<String, Object> losses) {
    try (KernelPass pass = kernel.pass()) {
      Tensor logits = pass.logits(batch, w, v);
      cases.add("logits_" + name, logits.shape(), logits.toFloats());
      KernelPass.Gradients found = pass.task(pass.load(batch), w, v);
      losses.put("loss_" + name, found.loss().item());
      if (!name.equals("base")) {
        float[] byWeights = found.byWeights().toFloats();
        for (LoraLayout.Slot slot : kernel.layout().slots()) {
          cases.add(
              "grad_" + name + "." + slot.peftName(),
              slot.shape(),
              Arrays.copyOfRange(byWeights, slot.offset(), slot.offset() + slot.elements()));
        }
        addProbe(cases, "grad_" + name + ".probe.", kernel, found.byHiddenProbe().toFloats());
      }
    }
  }

  private static void addProbe(
      SafetensorsWriter cases, String prefix, Kernel kernel, float[] values) {
    int hidden = kernel.config().hiddenSize();
    int[] layers = kernel.options().hiddenProbeLayers();
    for (int i = 0; i < layers.length; i++) {
      cases.add(
          prefix + "layer_" + layers[i],
          new long[] {hidden},
          Arrays.copyOfRange(values, i * hidden, (i + 1) * hidden));
    }
  }

  private static TokenBatch batch(
      SafetensorsWriter cases, SplittableRandom random, int vocabulary) {
    long[] ids = new long[ROWS * LENGTH];
    long[] mask = new long[ids.length];
    long[] labels = new long[ids.length];
    Arrays.fill(ids, 2);
    Arrays.fill(labels, UNSCORED);
    for (int b = 0; b < ROWS; b++) {
      for (int t = 0; t < LENGTH - 4 * b; t++) {
        int at = b * LENGTH + t;
        ids[at] = random.nextInt(vocabulary);
        mask[at] = 1;
        labels[at] = t < 3 ? UNSCORED : ids[at];
      }
    }
    long[] shape = {ROWS, LENGTH};
    cases.add("input_ids", shape, ids).add("attention_mask", shape, mask);
    cases.add("labels", shape, labels);
    return RecordedBatch.of(ids, mask, List.of(labels), ROWS, 1);
  }

  private static float[] gaussian(SplittableRandom random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }
}
