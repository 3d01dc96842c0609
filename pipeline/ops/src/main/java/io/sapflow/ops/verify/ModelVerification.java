package io.sapflow.ops.verify;

import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Generated;
import io.sapflow.model.JsonFile;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.RowLayout;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.tokens.EndTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A model directory with recorded cases: logits, losses and gradients without an adapter, with one,
 * and with a hidden probe.
 *
 * <p>The directory holds config.json, the weights, adapter/, cases.safetensors and manifest.json.
 */
public final class ModelVerification {

  private static final double LOGITS_LIMIT = 5e-5;
  private static final double LOSS_LIMIT = 1e-5;
  private static final double GRADIENT_LIMIT = 2e-5;

  private final Path directory;
  private final List<Check> checks = new ArrayList<>();

  private ModelVerification(Path directory) {
    this.directory = directory;
  }

  /** Computes every case and compares. */
  public static List<Check> run(Path directory) {
    ModelVerification verification = new ModelVerification(directory);
    verification.compare();
    return verification.checks;
  }

  private void compare() {
    JsonFile manifest = JsonFile.read(directory.resolve("manifest.json"));
    int[] hiddenProbeLayers = // sorted, as the kernel does
        manifest.integers("probe_layers", Integer.MAX_VALUE).stream()
            .mapToInt(Integer::intValue)
            .sorted()
            .toArray();
    double scaling = manifest.object("lora").positive("scaling");
    try (BaseModel base = BaseModel.open(directory, ComputeType.FLOAT32, "auto");
        SafetensorsFile cases = SafetensorsFile.open(directory.resolve("cases.safetensors"));
        SafetensorsFile file =
            SafetensorsFile.open(directory.resolve("adapter/adapter_model.safetensors"))) {
      RecordedAdapter adapter = RecordedAdapter.of(base.config(), file, scaling);
      KernelOptions options =
          new KernelOptions(
              hiddenProbeLayers,
              false,
              1,
              ComputeType.FLOAT32,
              ComputeType.FLOAT32,
              RowLayout.MASKED);
      TokenBatch batch =
          RecordedBatch.of(cases, "input_ids", "attention_mask", List.of("labels"), 1);
      try (Kernel kernel = base.kernel(adapter.layout().spec(), options);
          Tensor weights = kernel.weights();
          Tensor hiddenProbe = kernel.hiddenProbe()) {
        compareCase("base", kernel, cases, batch, weights, hiddenProbe, manifest);
        weights.set(adapter.weights());
        compareCase("lora", kernel, cases, batch, weights, hiddenProbe, manifest);
        hiddenProbe.set(
            RecordedAdapter.probe(cases, "probe.", hiddenProbeLayers, base.config().hiddenSize()));
        compareCase("lora_probe", kernel, cases, batch, weights, hiddenProbe, manifest);
        compareGenerated(kernel, cases, batch, weights);
      }
    }
  }

  private void compareCase(
      String name,
      Kernel kernel,
      SafetensorsFile cases,
      TokenBatch batch,
      Tensor weights,
      Tensor hiddenProbe,
      JsonFile manifest) {
    try (KernelPass pass = kernel.pass()) {
      float[] logits = pass.logits(batch, weights, hiddenProbe).toFloats();
      checks.add(
          Check.atMost(
              name, "logits", Check.maxAbs(logits, cases.floats("logits_" + name)), LOGITS_LIMIT));
      KernelPass.Gradients found = pass.task(pass.load(batch), weights, hiddenProbe);
      double expected = manifest.object("expected_losses").number("loss_" + name);
      checks.add(Check.atMost(name, "loss", Math.abs(found.loss().item() - expected), LOSS_LIMIT));
      if (!name.equals("base")) {
        compareGradients(name, kernel, cases, found);
      }
    }
  }

  /**
   * The token that is generated after each beginning of each row, with the adapter alone: how far
   * its recorded logit is below the highest.
   */
  private void compareGenerated(
      Kernel kernel, SafetensorsFile cases, TokenBatch batch, Tensor weights) {
    List<int[]> prompts = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int b = 0; b < batch.rows(); b++) {
      int[] row = new int[batch.length()];
      for (int t = 0; t < row.length && batch.mask()[b * row.length + t] == 1; t++) {
        row[t] = (int) batch.ids()[b * row.length + t];
        prompts.add(Arrays.copyOf(row, t + 1));
        places.add(b * row.length + t);
      }
    }
    float[] logits = cases.floats("logits_lora");
    int vocabulary = kernel.config().vocabSize();
    double worst = 0;
    Set<Integer> ends = EndTokens.read(directory);
    try (KernelPass pass = kernel.pass()) {
      List<Generated> answers = pass.generate(prompts, 1, ends, weights);
      for (int i = 0; i < places.size(); i++) {
        int from = places.get(i) * vocabulary;
        float[] expected = Arrays.copyOfRange(logits, from, from + vocabulary);
        // An end token ends the answer and is no part of it.
        IntStream chosen =
            answers.get(i).ended()
                ? ends.stream().mapToInt(Integer::intValue)
                : IntStream.of(answers.get(i).tokens());
        worst =
            Math.max(
                worst,
                highest(expected, IntStream.range(0, vocabulary)) - highest(expected, chosen));
      }
    }
    checks.add(Check.atMost("lora", "generated", worst, 2 * LOGITS_LIMIT));
  }

  private static double highest(float[] logits, IntStream tokens) {
    return tokens.mapToDouble(token -> logits[token]).max().orElse(Double.NEGATIVE_INFINITY);
  }

  private void compareGradients(
      String name, Kernel kernel, SafetensorsFile cases, KernelPass.Gradients found) {
    float[] byWeights = found.byWeights().toFloats();
    for (LoraLayout.Slot slot : kernel.layout().slots()) {
      float[] part = Arrays.copyOfRange(byWeights, slot.offset(), slot.offset() + slot.elements());
      gradient(name, slot.peftName(), part, cases.floats("grad_" + name + "." + slot.peftName()));
    }
    float[] byHiddenProbe = found.byHiddenProbe().toFloats();
    int hidden = kernel.config().hiddenSize();
    int[] layers = kernel.options().hiddenProbeLayers();
    for (int i = 0; i < layers.length; i++) {
      String key = "probe.layer_" + layers[i];
      float[] part = Arrays.copyOfRange(byHiddenProbe, i * hidden, (i + 1) * hidden);
      gradient(name, key, part, cases.floats("grad_" + name + "." + key));
    }
  }

  private void gradient(String name, String key, float[] found, float[] expected) {
    checks.add(Check.atMost(name, "grad:" + key, Check.relative(found, expected), GRADIENT_LIMIT));
  }
}
