package io.sapflow.ops.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.RowLayout;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Writes a directory of one training trace beside a model, laid out as the fixtures. Losses and
 * gradients are the double-precision kernel's; everything else of the step is written here once
 * more, in plain double arithmetic.
 */
final class RecordedTraces {

  static final String NAME = "other";

  /**
   * What the trace is of.
   *
   * @param method sap or sft
   * @param variant corrected or reference
   * @param fresh whether B starts at zero
   * @param pairs rows of a contrastive batch
   */
  record Setting(
      String method,
      String variant,
      LoraSpec lora,
      int[] hiddenProbeLayers,
      boolean fresh,
      double learningRate,
      double hiddenProbeLearningRate,
      double perturbation,
      double temperature,
      int directionEvery,
      int probeEvery,
      int steps,
      int rows,
      int pairs) {}

  private final Path directory;
  private final Setting setting;
  private final Kernel kernel;
  private final SplittableRandom random;
  private final RecordedTexts texts;
  private final SafetensorsWriter tensors = new SafetensorsWriter();
  private final List<Map<String, Object>> recorded = new ArrayList<>();

  private RecordedTraces(Path directory, Setting setting, Kernel kernel, long seed) {
    this.directory = directory;
    this.setting = setting;
    this.kernel = kernel;
    this.random = new SplittableRandom(seed);
    this.texts =
        new RecordedTexts(seed, kernel.config().vocabSize(), setting.variant().equals("corrected"));
  }

  /** Writes sap/ into a model's directory. */
  static void write(Path model, Setting setting, long seed) throws IOException {
    KernelOptions options =
        new KernelOptions(
            setting.hiddenProbeLayers(),
            false,
            setting.temperature(),
            ComputeType.FLOAT64,
            ComputeType.FLOAT64,
            RowLayout.MASKED);
    try (BaseModel base = BaseModel.open(model, ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(setting.lora(), options)) {
      Path directory = Files.createDirectories(model.resolve("sap"));
      new RecordedTraces(directory, setting, kernel, seed).write();
    }
  }

  private void write() throws IOException {
    float[] start = start();
    SafetensorsWriter init = kernel.layout().addTo(new SafetensorsWriter(), start);
    Files.write(directory.resolve("start.safetensors"), init.toBytes());
    Moments weights = new Moments(Vectors.wide(start));
    Moments probe = new Moments(new double[probeSize()]);
    double[] direction = new double[start.length];
    for (int step = 1; step <= setting.steps(); step++) {
      try (KernelPass pass = kernel.pass()) {
        direction = step(pass, step, weights, probe, direction);
      }
    }
    Files.write(directory.resolve("batches.safetensors"), texts.file().toBytes());
    Files.write(directory.resolve("trace.safetensors"), tensors.toBytes());
    new ObjectMapper().writeValue(directory.resolve("manifest.json").toFile(), manifest());
  }

  private double[] step(KernelPass pass, int number, Moments w, Moments v, double[] oldDirection) {
    Map<String, Object> scalars = new LinkedHashMap<>();
    recorded.add(scalars);
    String name = String.format("step_%02d.", number);
    boolean plain = setting.method().equals("sft");
    double[] direction = oldDirection;
    double[] safety = null;
    scalars.put("step", number);
    scalars.put("useful_batch", number - 1);
    scalars.put("lora_norm", Vectors.norm(w.value));
    KernelPass.Loaded useful = pass.load(texts.useful(number - 1, setting.rows()));
    Tensor atW = tensor(pass, kernel::weights, w.value);
    Tensor atV = tensor(pass, kernel::hiddenProbe, v.value);
    addProbe(name + "probe_in_force", v.value);
    scalars.put(
        "useful_loss_no_probe",
        pass.task(useful, atW, tensor(pass, kernel::hiddenProbe, new double[v.value.length]))
            .loss()
            .item());
    if (!plain && (number - 1) % setting.directionEvery() == 0) {
      scalars.put("contrastive_batch", number - 1);
      KernelPass.Safety found =
          pass.safety(
              pass.load(texts.contrastive(number - 1, setting.pairs())), setting.pairs(), atW, atV);
      safety = found.byWeights().toDoubles();
      double[] logp = found.logp().toDoubles();
      scalars.put("contrastive_loss", found.loss().item());
      scalars.put("chosen_logp", Arrays.copyOf(logp, setting.pairs()));
      scalars.put("rejected_logp", Arrays.copyOfRange(logp, setting.pairs(), logp.length));
      scalars.put("grad_contrastive_norm", Vectors.norm(safety));
      direction = Vectors.scaled(safety, 1 / (Vectors.norm(safety) + 1e-8));
      addWeights(number, name + "grad_contrastive.", safety);
    }
    double[] q = null;
    KernelPass.Gradients clean = pass.task(useful, atW, atV);
    double[] byWeights = clean.byWeights().toDoubles();
    if (!plain && (number - 1) % setting.probeEvery() == 0) {
      double epsilon = setting.perturbation() * Vectors.norm(w.value);
      double[] moved = Vectors.plus(w.value, Vectors.scaled(direction, epsilon));
      KernelPass.Gradients perturbed = pass.task(useful, tensor(pass, kernel::weights, moved), atV);
      scalars.put("epsilon", epsilon);
      scalars.put("useful_loss_perturbed", perturbed.loss().item());
      double[] b = clean.byHiddenProbe().toDoubles();
      q = Vectors.plus(b, Vectors.scaled(perturbed.byHiddenProbe().toDoubles(), -1));
      scalars.put("probe_grad_clean_norm", Vectors.norm(b));
      scalars.put("probe_grad_norm", Vectors.norm(q));
      addProbe(name + "probe_grad", q);
    }
    scalars.put("useful_loss_clean", clean.loss().item());
    scalars.put("grad_useful_norm", Vectors.norm(byWeights));
    addWeights(number, name + "grad_useful.", byWeights);
    if (safety != null) {
      scalars.put(
          "cos_contrastive_useful",
          Vectors.dot(safety, byWeights) / Vectors.norm(safety) / Vectors.norm(byWeights));
    }
    w.adamW(setting.learningRate(), byWeights);
    if (q != null) {
      Arrays.fill(v.value, 0);
      v.adamW(setting.hiddenProbeLearningRate(), q);
    }
    scalars.put("lora_norm_after", Vectors.norm(w.value));
    addProbe(name + "probe_next", v.value);
    addProbe(name + "probe_exp_avg", v.mean);
    addProbe(name + "probe_exp_avg_sq", v.square);
    addWeights(number, name + "param.", w.value);
    addWeights(number, name + "exp_avg.", w.mean);
    addWeights(number, name + "exp_avg_sq.", w.square);
    return direction;
  }

  /** A parameter with AdamW's moments. */
  private static final class Moments {
    private final double[] value;
    private final double[] mean;
    private final double[] square;
    private int updates;

    Moments(double[] value) {
      this.value = value;
      this.mean = new double[value.length];
      this.square = new double[value.length];
    }

    void adamW(double rate, double[] gradient) {
      updates++;
      for (int i = 0; i < value.length; i++) {
        value[i] -= rate * 0.02 * value[i];
        mean[i] = 0.8 * mean[i] + 0.2 * gradient[i];
        square[i] = 0.99 * square[i] + 0.01 * gradient[i] * gradient[i];
        double m = mean[i] / (1 - Math.pow(0.8, updates));
        double s = square[i] / (1 - Math.pow(0.99, updates));
        value[i] -= rate * m / (Math.sqrt(s) + 1e-9);
      }
    }
  }

  private Map<String, Object> manifest() {
    Map<String, Object> hyperparameters = new LinkedHashMap<>();
    hyperparameters.put("w_lr", setting.learningRate());
    hyperparameters.put("v_lr", setting.hiddenProbeLearningRate());
    hyperparameters.put("grad_rate", setting.perturbation());
    hyperparameters.put("temperature", setting.temperature());
    hyperparameters.put("weight_decay", 0.02);
    Map<String, Object> trace = new LinkedHashMap<>();
    trace.put("variant", setting.variant());
    trace.put("kind", setting.method());
    trace.put("init", "start.safetensors");
    trace.put("batches", "batches.safetensors");
    trace.put("tensors", "trace.safetensors");
    trace.put("hyperparameters", hyperparameters);
    trace.put("steps", recorded);
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("adamw", Map.of("betas", List.of(0.8, 0.99), "eps", 1e-9));
    manifest.put("norm_eps", 1e-8);
    manifest.put("probe_layers", setting.hiddenProbeLayers());
    manifest.put("scaling", setting.lora().scaling());
    manifest.put("traces", Map.of(NAME, trace));
    return manifest;
  }

  private float[] start() {
    float[] start = kernel.layout().initial(7);
    if (!setting.fresh()) {
      for (int i = 0; i < start.length; i++) {
        start[i] += (float) (random.nextGaussian() * 0.1);
      }
    }
    return start;
  }

  private int probeSize() {
    return setting.hiddenProbeLayers().length * kernel.config().hiddenSize();
  }

  /** Doubles as a tensor: what a float leaves of them is given as a second float. */
  private static Tensor tensor(KernelPass pass, Supplier<Tensor> zeros, double[] values) {
    float[] high = new float[values.length];
    float[] low = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      high[i] = (float) values[i];
      low[i] = (float) (high[i] - values[i]);
    }
    try (Tensor a = zeros.get();
        Tensor b = zeros.get()) {
      a.set(high);
      b.set(low);
      return pass.minus(a, b);
    }
  }

  /** At the first and the last step, as the fixtures have it. */
  private void addWeights(int step, String prefix, double[] values) {
    if (step == 1 || step == setting.steps()) {
      float[] narrow = Vectors.narrow(values);
      for (LoraLayout.Slot slot : kernel.layout().slots()) {
        int end = slot.offset() + slot.elements();
        tensors.add(
            prefix + slot.peftName(), slot.shape(), Arrays.copyOfRange(narrow, slot.offset(), end));
      }
    }
  }

  private void addProbe(String prefix, double[] values) {
    int hidden = kernel.config().hiddenSize();
    int[] layers = kernel.options().hiddenProbeLayers();
    for (int i = 0; i < layers.length && setting.method().equals("sap"); i++) {
      tensors.add(
          prefix + ".layer_" + layers[i],
          new long[] {hidden},
          Vectors.narrow(Arrays.copyOfRange(values, i * hidden, (i + 1) * hidden)));
    }
  }
}
