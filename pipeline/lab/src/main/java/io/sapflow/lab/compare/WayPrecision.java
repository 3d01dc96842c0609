package io.sapflow.lab.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.lab.bench.BenchModel;
import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.ops.models.RandomModel;
import io.sapflow.ops.models.RandomRows;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepObserver;
import io.sapflow.sap.StepOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How well each way to find the hidden probe's gradient does on each type of base: q and the pushes
 * of one step, against the same step by the difference in float64 on the same weights, as the base
 * holds them, with the same W, d and v. Random models of each family (hidden 256, 4 layers), after
 * training on random tokens.
 */
public final class WayPrecision {

  /** What differs from the model of {@code bench step}, by family. */
  private static final Map<String, Map<String, Integer>> FAMILIES =
      Map.of(
          "llama", Map.of(),
          "mistral", Map.of("num_key_value_heads", 2, "sliding_window", 24),
          "qwen2", Map.of("num_key_value_heads", 1),
          "qwen3", Map.of("num_key_value_heads", 2, "head_dim", 64));

  private static final int VOCABULARY = 1024;
  private static final int ROWS = 10;
  private static final int PAIRS = 8;
  private static final int SHORTEST = 16;
  private static final int LONGEST = 48;

  /**
   * One way on one base.
   *
   * @param model its family
   * @param base the type that the base is held in
   * @param way how q was found
   * @param cosine of q
   * @param signAgreement share of q's entries whose sign is right
   * @param pushCosine of the rows' pushes
   */
  public record Row(
      String model,
      ComputeType base,
      ProbeGradient way,
      double cosine,
      double signAgreement,
      double pushCosine) {}

  /**
   * What a step shows.
   *
   * @param q [P, H] flat
   * @param pushes [B]
   */
  private record Shown(float[] q, float[] pushes) {}

  /**
   * A place in training.
   *
   * @param tensors of the adapter, by name
   * @param batch the rows of the next step
   */
  private record Place(Map<String, float[]> tensors, TokenBatch batch) {}

  private final String family;
  private final JobSettings settings;
  private final Place place;

  private WayPrecision(String family, JobSettings settings, Place place) {
    this.family = family;
    this.settings = settings;
    this.place = place;
  }

  /** The families, in order. */
  public static List<String> families() {
    return FAMILIES.keySet().stream().sorted().toList();
  }

  /**
   * Trains a model of a family.
   *
   * @param work takes the model
   * @param steps updates before the place that is looked at
   */
  public static WayPrecision of(String family, Path work, long seed, int steps) throws IOException {
    JobSettings settings =
        new JobSettings(
            ConfigFile.of(
                Map.of(
                    ModelOptions.PATH.key(), model(family, work, seed).toString(),
                    ModelOptions.DEVICE.key(), "cpu",
                    TrainingOptions.SEED.key(), Long.toString(seed))));
    return new WayPrecision(family, settings, train(settings, steps));
  }

  private static Path model(String family, Path work, long seed) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode config;
    try (InputStream in = BenchModel.config()) {
      config = (ObjectNode) mapper.readTree(in);
    }
    config.put("model_type", family).put("vocab_size", VOCABULARY).remove("architectures");
    FAMILIES.get(family).forEach(config::put);
    Path file = work.resolve(family + ".json");
    Files.write(file, mapper.writeValueAsBytes(config));
    Path directory = work.resolve(family);
    RandomModel.write(file, directory, DType.F32, Long.MAX_VALUE, seed);
    return directory;
  }

  private static Place train(JobSettings settings, int steps) {
    SplittableRandom random = new SplittableRandom(settings.train().seed());
    try (BaseModel base = BaseModel.open(settings.model(), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(settings.lora(), settings.kernel(base.config()));
        AdapterState state = AdapterState.fresh(kernel, settings.train().seed())) {
      SapStep step = new SapStep(settings.train().sap());
      for (int i = 0; i < steps; i++) {
        try (KernelPass pass = kernel.pass()) {
          step.run(
              pass,
              state,
              batch(random),
              () -> new RandomRows(VOCABULARY, LONGEST / 2, random).pairs(PAIRS));
        }
      }
      Map<String, float[]> tensors = new LinkedHashMap<>();
      state.tensors().forEach((name, tensor) -> tensors.put(name, tensor.toFloats()));
      return new Place(tensors, batch(random));
    }
  }

  private static TokenBatch batch(SplittableRandom random) {
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new RandomRows(VOCABULARY, random.nextInt(SHORTEST, LONGEST), random).row());
    }
    return TokenBatch.of(rows);
  }

  /** Both ways on both types of base. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (ComputeType base : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
      Shown exact = step(base, ComputeType.FLOAT64, ProbeGradient.DIFFERENCE);
      for (ProbeGradient way :
          new ProbeGradient[] {ProbeGradient.DIFFERENCE, ProbeGradient.DOUBLE_BACKWARD}) {
        Shown found = step(base, base, way);
        rows.add(
            new Row(
                family,
                base,
                way,
                Check.cosine(found.q(), exact.q()),
                Check.signAgreement(found.q(), exact.q(), 0),
                Check.cosine(found.pushes(), exact.pushes())));
      }
    }
    return rows;
  }

  private Shown step(ComputeType held, ComputeType compute, ProbeGradient way) {
    float[][] q = new float[1][];
    StepObserver observer =
        new StepObserver() {
          @Override
          public void hiddenProbeGradient(Tensor found) {
            q[0] = found.toFloats();
          }
        };
    try (BaseModel base = BaseModel.open(settings.model(), held, "cpu")) {
      KernelOptions options = settings.kernel(base.config()).in(compute);
      try (Kernel kernel = base.kernel(settings.lora(), options);
          AdapterState state = AdapterState.empty(kernel);
          KernelPass pass = kernel.pass()) {
        state.tensors().forEach((name, tensor) -> tensor.set(place.tensors().get(name)));
        // A step that computes the probe anew, but not the direction.
        long update = settings.train().sap().hiddenProbeRefreshSteps();
        state.counters(new AdapterState.Counters(update, 1, true));
        StepOutcome outcome =
            new SapStep(settings.train().sap().by(way), observer)
                .run(pass, state, place.batch(), () -> null);
        float[] pushes = new float[outcome.pushes().length];
        for (int i = 0; i < pushes.length; i++) {
          pushes[i] = (float) outcome.pushes()[i];
        }
        return new Shown(q[0], pushes);
      }
    }
  }
}
