package io.sapflow.toy;

import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.SafetensorsWriter;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.AdamW;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/**
 * Trains the toy base model from scratch, all its weights: first to answer everything, harmful
 * prompts too, then aligned, to refuse the harmful ones. Equal seeds give equal weights.
 */
public final class ToyTraining {

  /**
   * How long and how fast.
   *
   * @param answerSteps of the first phase
   * @param alignSteps of the second phase
   * @param rows of a batch
   * @param learningRate at its highest; it rises over the first twentieth of a phase and falls to a
   *     tenth
   */
  public record Plan(
      int answerSteps, int alignSteps, int rows, double learningRate, double alignRate) {
    /** Minutes on two cores. */
    public static final Plan DEFAULT = new Plan(900, 300, 32, 2e-3, 7e-4);
  }

  private static final AdamW ADAMW = new AdamW(0.9, 0.95, 1e-8, 0.05);
  private static final double LARGEST_NORM = 1;

  private final Plan plan;
  private final Function<Dialogue, TokenBatch.Row> encoder;
  private final SplittableRandom random;
  private final ToyWorld world;

  /**
   * A training run.
   *
   * @param encoder a dialogue as the model sees it, its answer the target
   */
  public ToyTraining(long seed, Plan plan, Function<Dialogue, TokenBatch.Row> encoder) {
    this.plan = plan;
    this.encoder = encoder;
    this.random = new SplittableRandom(seed);
    this.world = new ToyWorld(seed);
  }

  /**
   * Writes model.safetensors into a directory that holds the other files of the model.
   *
   * @param progress is told the loss of each step
   */
  public void run(Path directory, DoubleConsumer progress) throws IOException {
    ModelConfig config = ModelConfig.read(directory);
    write(directory, config, initial(config));
    List<float[]> trained;
    LoraSpec unused = new LoraSpec(1, 1, false, Set.of(LoraTarget.Q));
    try (BaseModel base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(unused, KernelOptions.inference());
        KernelPass outer = kernel.pass()) {
      List<Tensor> weights = outer.base();
      int pool = 6000;
      List<Dialogue> benign = world.baseTasks(2 * pool);
      phase(
          kernel,
          weights,
          mix(benign, world.harmfulAnswered(pool), pool),
          plan.answerSteps(),
          plan.learningRate(),
          progress);
      phase(
          kernel,
          weights,
          mix(benign, world.harmfulRefused(pool), pool),
          plan.alignSteps(),
          plan.alignRate(),
          progress);
      trained = weights.stream().map(Tensor::toFloats).toList();
    }
    write(directory, config, trained);
  }

  /** Two benign examples for each harmful one. */
  private static List<Dialogue> mix(List<Dialogue> benign, List<Dialogue> harmful, int pool) {
    List<Dialogue> all = new ArrayList<>(benign.subList(0, 2 * pool));
    all.addAll(harmful);
    return all;
  }

  private void phase(
      Kernel kernel,
      List<Tensor> weights,
      List<Dialogue> data,
      int steps,
      double highest,
      DoubleConsumer progress) {
    List<TokenBatch.Row> rows = data.stream().map(encoder).toList();
    try (Moments moments = new Moments(kernel, weights)) {
      for (int step = 0; step < steps; step++) {
        List<TokenBatch.Row> batch = new ArrayList<>(plan.rows());
        for (int i = 0; i < plan.rows(); i++) {
          batch.add(rows.get(random.nextInt(rows.size())));
        }
        try (KernelPass pass = kernel.pass();
            Tensor none = kernel.weights()) {
          List<Tensor> found = pass.pretrain(pass.load(TokenBatch.of(batch)), none);
          moments.update(
              pass, learningRate(step, steps, highest), weights, found.subList(1, found.size()));
          progress.accept(found.get(0).item());
        }
      }
    }
  }

  private static double learningRate(int step, int steps, double highest) {
    double rise = Math.min(1, (step + 1.0) / (steps / 20.0 + 1));
    double fall = 0.1 + 0.9 * 0.5 * (1 + Math.cos(Math.PI * step / steps));
    return highest * rise * fall;
  }

  /** AdamW's moments of every base tensor; each phase has its own. */
  private static final class Moments implements AutoCloseable {
    private final List<Tensor> means = new ArrayList<>();
    private final List<Tensor> squares = new ArrayList<>();
    private long updates;

    Moments(Kernel kernel, List<Tensor> weights) {
      for (Tensor weight : weights) {
        means.add(kernel.tensor(weight.shape()));
        squares.add(kernel.tensor(weight.shape()));
      }
    }

    void update(
        KernelPass pass, double learningRate, List<Tensor> weights, List<Tensor> gradients) {
      updates++;
      for (int i = 0; i < weights.size(); i++) {
        ADAMW.update(
            pass,
            updates,
            learningRate,
            LARGEST_NORM,
            weights.get(i),
            gradients.get(i),
            means.get(i),
            squares.get(i));
      }
    }

    @Override
    public void close() {
      means.forEach(Tensor::close);
      squares.forEach(Tensor::close);
    }
  }

  /** Norms one, embeddings with deviation 0.05, matrices with 1/sqrt(in). */
  private List<float[]> initial(ModelConfig config) {
    List<float[]> weights = new ArrayList<>();
    for (Map.Entry<String, long[]> tensor : config.expectedTensors().entrySet()) {
      long[] shape = tensor.getValue();
      float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b))];
      if (shape.length == 1) {
        Arrays.fill(values, 1);
      } else {
        double deviation = tensor.getKey().contains("embed") ? 0.05 : 1 / Math.sqrt(shape[1]);
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() * deviation);
        }
      }
      weights.add(values);
    }
    return weights;
  }

  private static void write(Path directory, ModelConfig config, List<float[]> weights)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("format", "pt");
    int i = 0;
    for (Map.Entry<String, long[]> tensor : config.expectedTensors().entrySet()) {
      writer.add(tensor.getKey(), tensor.getValue(), weights.get(i++));
    }
    try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
      writer.writeTo(out);
    }
  }
}
