package io.sapflow.lab.compare;

import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.schema.Message;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the hidden probe's gradient is left of rounding: q = b - a is a difference of two
 * gradients that the perturbation makes nearly equal. Each type of arithmetic is compared with
 * float64 on the same weights, at one place in training.
 */
public final class ProbePrecision {

  /**
   * A type of arithmetic.
   *
   * @param name for people
   * @param base the type that the base model is held in
   * @param passes the type in which the two passes compute
   */
  public record Arithmetic(String name, ComputeType base, ComputeType passes) {}

  /** What is compared: the types that a job may use, and what it does not use, for contrast. */
  public static final List<Arithmetic> ARITHMETICS =
      List.of(
          new Arithmetic("float32", ComputeType.FLOAT32, ComputeType.FLOAT32),
          new Arithmetic(
              "bfloat16 base, float32 passes", ComputeType.BFLOAT16, ComputeType.FLOAT32),
          new Arithmetic("bfloat16 throughout", ComputeType.BFLOAT16, ComputeType.BFLOAT16));

  /** Perturbations, eps / |W|. */
  public static final List<Double> PERTURBATIONS = List.of(2e-5, 2e-4, 1e-3, 2e-3, 1e-2, 5e-2);

  /**
   * A place in training.
   *
   * @param weights W, [n]
   * @param direction d, [n]
   * @param hiddenProbe v, [P, H] flat
   */
  private record Place(float[] weights, float[] direction, float[] hiddenProbe) {
    static Place of(AdapterState state) {
      return new Place(
          state.weights().toFloats(), state.direction().toFloats(), state.hiddenProbe().toFloats());
    }
  }

  private final JobSettings settings;
  private final Place place;
  private final TokenBatch batch;

  private ProbePrecision(JobSettings settings, Place place, TokenBatch batch) {
    this.settings = settings;
    this.place = place;
    this.batch = batch;
  }

  /**
   * At the place where training on the toy world's first examples arrives, on a batch of the next.
   *
   * @param examples to train on, at least one
   */
  public static ProbePrecision at(JobSettings settings, long seed, int examples) {
    int rows = settings.train().batch().rows();
    Material whole = ToyMaterial.of(seed, examples + rows, 0);
    Material first =
        new Material(whole.examples().subList(0, examples), List.of(), whole.pairs(), List.of());
    Place[] last = new Place[1];
    try (OpenedModel model = OpenedModel.training(settings)) {
      Training.run(settings, model, first, (step, state) -> last[0] = Place.of(state));
      List<TokenBatch.Row> next = new ArrayList<>();
      for (List<Message> messages : whole.examples().subList(examples, examples + rows)) {
        EncodedChat chat = model.encoder().encoder().encode(Chats.of(messages), 0);
        next.add(new TokenBatch.Row(chat.tokens(), chat.targets()));
      }
      return new ProbePrecision(settings, last[0], TokenBatch.of(next));
    } catch (ChatException e) {
      throw new IllegalStateException("the toy world's own text cannot be told to its model", e);
    }
  }

  /** Cosine of q with float64's, for each perturbation. */
  public List<Double> cosines(Arithmetic arithmetic) {
    List<float[]> found = gradients(arithmetic.base(), arithmetic.passes());
    List<float[]> exact = gradients(arithmetic.base(), ComputeType.FLOAT64);
    List<Double> cosines = new ArrayList<>();
    for (int i = 0; i < PERTURBATIONS.size(); i++) {
      cosines.add(cosine(found.get(i), exact.get(i)));
    }
    return cosines;
  }

  private List<float[]> gradients(ComputeType held, ComputeType passes) {
    try (BaseModel base = BaseModel.open(settings.model(), held, "cpu");
        Kernel kernel =
            base.kernel(settings.lora(), settings.kernel(base.config()).in(passes, passes));
        Tensor weights = kernel.weights();
        Tensor direction = kernel.weights();
        Tensor hiddenProbe = kernel.hiddenProbe()) {
      weights.set(place.weights());
      direction.set(place.direction());
      hiddenProbe.set(place.hiddenProbe());
      List<float[]> gradients = new ArrayList<>();
      for (double perturbation : PERTURBATIONS) {
        try (KernelPass pass = kernel.pass()) {
          KernelPass.Loaded loaded = pass.load(batch);
          Tensor moved = pass.perturb(weights, direction, perturbation).vector();
          Tensor there = pass.perturbed(loaded, moved, hiddenProbe).byHiddenProbe();
          Tensor here = pass.task(loaded, weights, hiddenProbe).byHiddenProbe();
          gradients.add(pass.minus(here, there).toFloats());
        }
      }
      return gradients;
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      left += (double) a[i] * a[i];
      right += (double) b[i] * b[i];
    }
    return dot / Math.max(Double.MIN_NORMAL, Math.sqrt(left * right));
  }
}
