package io.sapflow.sap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.RandomModels;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a step does where a number overflows. */
class SapStepTest {

  private static final TokenBatch.Row SAFE =
      new TokenBatch.Row(new int[] {1, 4, 7, 3}, new byte[] {0, 0, 1, 1});
  private static final TokenBatch.Row HARMFUL =
      new TokenBatch.Row(new int[] {1, 4, 9, 8}, new byte[] {0, 0, 1, 1});

  /** One of the two has a margin below zero: the gradient does not vanish with the temperature. */
  private static final PairBatch PAIRS =
      PairBatch.of(List.of(new PairBatch.Pair(SAFE, HARMFUL), new PairBatch.Pair(HARMFUL, SAFE)));

  @TempDir private static Path directory;
  private static BaseModel base;

  private final TokenBatch tokens = RandomModels.batch(new SplittableRandom(3), 29, 3, 9);

  @BeforeAll
  static void open() throws IOException {
    RandomModels.write(
        directory, RandomModels.CONFIGS.get("llama, tied, newer style"), DType.F32, 7);
    base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
  }

  @AfterAll
  static void close() {
    base.close();
  }

  private static Kernel kernel(double temperature) {
    return base.kernel(
        new LoraSpec(2, 4, false, Set.of(LoraTarget.Q, LoraTarget.V)),
        KernelOptions.training(new int[] {0, 1}, temperature));
  }

  private static SapStep step(SapOptions.Method method) {
    return step(method, 1e-3);
  }

  private static SapStep step(SapOptions.Method method, double perturbation) {
    return new SapStep(new SapOptions(method, 1e-3, 0, 1, 0.1, perturbation, 1, 1, AdamW.DEFAULT));
  }

  /** A fresh adapter, its A so many times as large; its B is zero, and the model as it was. */
  private static AdapterState adapter(Kernel kernel, float factor) {
    AdapterState state = AdapterState.fresh(kernel, 5);
    float[] weights = state.weights().toFloats();
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor;
    }
    state.weights().set(weights);
    return state;
  }

  private static Map<String, List<Float>> numbers(AdapterState state) {
    Map<String, List<Float>> numbers = new LinkedHashMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              Float[] values = new Float[Math.toIntExact(tensor.size())];
              float[] found = tensor.toFloats();
              Arrays.setAll(values, i -> found[i]);
              numbers.put(name, List.of(values));
            });
    return numbers;
  }

  private static double norm(Tensor tensor) {
    double squares = 0;
    for (float entry : tensor.toFloats()) {
      squares += entry * (double) entry;
    }
    return Math.sqrt(squares);
  }

  @ParameterizedTest
  @EnumSource(names = "SFT", mode = EnumSource.Mode.EXCLUDE)
  void safetyGradientNotFinite_lossFinite_changesNothingAndSaysSo(SapOptions.Method method) {
    try (Kernel kernel = kernel(1e-35);
        AdapterState state = adapter(kernel, 1e6f);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      HarmfulDirection direction = HarmfulDirection.of(pass, state, PAIRS);
      assertThat(direction.vector().toFloats()).as("the test's own premise").contains(Float.NaN);

      StepOutcome outcome = step(method).run(pass, state, tokens, () -> PAIRS);

      assertThat(outcome.applied()).isFalse();
      assertThat(outcome.reason())
          .matches("the norm of the safety loss's gradient by the weights is (NaN|Infinity)");
      assertThat(outcome.safetyLoss()).isFinite();
      assertThat(outcome.gradientNorm()).isFinite();
      assertThat(outcome.harmAlignment()).isNull();
      assertThat(outcome.perturbedLoss()).isNull();
      assertThat(outcome.pushes()).isNull();
      assertThat(numbers(state)).isEqualTo(before);
      assertThat(state.counters()).isEqualTo(AdapterState.Counters.FRESH);
    }
  }

  @Test
  void safetyGradientsNormOverflows_directionWouldBeZero_changesNothingAndSaysSo() {
    try (Kernel kernel = kernel(1e-30);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      HarmfulDirection direction = HarmfulDirection.of(pass, state, PAIRS);
      assertThat(norm(direction.vector())).as("the test's own premise").isZero();

      StepOutcome outcome = step(SapOptions.Method.SAP).run(pass, state, tokens, () -> PAIRS);

      assertThat(outcome.reason())
          .isEqualTo("the norm of the safety loss's gradient by the weights is Infinity");
      assertThat(numbers(state)).isEqualTo(before);
    }
  }

  @Test
  void safetyLossNotFinite_changesNothingAndSaysSo() {
    try (Kernel kernel = kernel(1e-45);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      StepOutcome outcome = step(SapOptions.Method.SAP).run(pass, state, tokens, () -> PAIRS);
      assertThat(outcome.reason()).isEqualTo("the safety loss is Infinity");
      assertThat(numbers(state)).isEqualTo(before);
    }
  }

  @Test
  void perturbedLossNotFinite_changesNothingAndSaysSo() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      StepOutcome outcome =
          step(SapOptions.Method.SAP_RANDOM, 1e60).run(pass, state, tokens, () -> PAIRS);
      assertThat(outcome.reason()).isEqualTo("the task loss in the perturbed place is NaN");
      assertThat(numbers(state)).isEqualTo(before);
    }
  }

  @Test
  void everythingFinite_storesAUnitVectorAsDirection() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      StepOutcome outcome = step(SapOptions.Method.SAP).run(pass, state, tokens, () -> PAIRS);
      assertThat(outcome.reason()).isNull();
      assertThat(norm(state.direction())).isCloseTo(1, within(1e-5));
      assertThat(state.counters()).isEqualTo(new AdapterState.Counters(1, 1, true));
    }
  }

  @Test
  void noPairs_clearsEvenADirectionThatIsNoNumber() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      float[] broken = new float[Math.toIntExact(state.direction().size())];
      Arrays.fill(broken, Float.NaN);
      broken[0] = Float.POSITIVE_INFINITY;
      state.direction().set(broken);
      state.counters(new AdapterState.Counters(0, 0, true));

      StepOutcome outcome = step(SapOptions.Method.SAP).run(pass, state, tokens, () -> null);

      assertThat(outcome.applied()).isTrue();
      assertThat(outcome.reason()).isEqualTo(SapStep.NO_PAIRS);
      assertThat(state.direction().toFloats()).containsOnly(0f);
      assertThat(state.hiddenProbe().toFloats()).containsOnly(0f);
      assertThat(state.counters()).isEqualTo(new AdapterState.Counters(1, 0, false));
    }
  }

  /** A step on a fresh adapter: q, and what it said. */
  private record Stepped(float[] q, StepOutcome outcome, float[] weights) {}

  private Stepped stepped(SapOptions.Method method, double perturbation, ProbeGradient way) {
    return stepped(step(method, perturbation).options().by(way));
  }

  private Stepped stepped(SapOptions options) {
    return stepped(options, tokens);
  }

  private Stepped stepped(SapOptions options, TokenBatch batch) {
    float[][] q = new float[1][];
    StepObserver observer =
        new StepObserver() {
          @Override
          public void hiddenProbeGradient(Tensor found) {
            q[0] = found.toFloats();
          }
        };
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      StepOutcome outcome = new SapStep(options, observer).run(pass, state, batch, () -> PAIRS);
      return new Stepped(q[0], outcome, state.weights().toFloats());
    }
  }

  @Test
  void doubleBackward_smallPerturbation_isTheDifferenceToFirstOrder() {
    Stepped difference = stepped(SapOptions.Method.SAP, 1e-3, ProbeGradient.DIFFERENCE);
    Stepped twice = stepped(SapOptions.Method.SAP, 1e-3, ProbeGradient.DOUBLE_BACKWARD);
    assertThat(Check.relative(twice.q(), difference.q())).isBetween(1e-7, 1e-2);
    assertThat(Check.relative(twice.weights(), difference.weights())).isLessThan(1e-4);
    assertThat(twice.outcome().taskLoss()).isCloseTo(difference.outcome().taskLoss(), within(1e-5));
    assertThat(twice.outcome().perturbedLoss()).isNull();
    assertThat(twice.outcome().pushes()).hasSize(3);
    for (int i = 0; i < 3; i++) {
      double push = difference.outcome().pushes()[i];
      assertThat(twice.outcome().pushes()[i]).isCloseTo(push, within(0.02 * Math.abs(push) + 1e-3));
    }
  }

  @Test
  void doubleBackward_controls_areTheOppositeAndNoise() {
    float[] q = stepped(SapOptions.Method.SAP, 1e-3, ProbeGradient.DOUBLE_BACKWARD).q();
    float[] negated =
        stepped(SapOptions.Method.SAP_NEGATED, 1e-3, ProbeGradient.DOUBLE_BACKWARD).q();
    float[] random = stepped(SapOptions.Method.SAP_RANDOM, 1e-3, ProbeGradient.DOUBLE_BACKWARD).q();
    assertThat(Check.cosine(negated, q)).isCloseTo(-1, within(1e-6));
    assertThat(Math.abs(Check.cosine(random, q))).isLessThan(0.7);
    assertThat(random)
        .isEqualTo(stepped(SapOptions.Method.SAP_RANDOM, 1e-3, ProbeGradient.DIFFERENCE).q());
  }

  @Test
  void doubleBackward_gradientNotFinite_changesNothingAndSaysSo() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      SapOptions options = step(SapOptions.Method.SAP, 1e60).options();
      StepOutcome outcome =
          new SapStep(options.by(ProbeGradient.DOUBLE_BACKWARD))
              .run(pass, state, tokens, () -> PAIRS);
      assertThat(outcome.reason())
          .matches("the norm of the hidden probe's gradient is (NaN|Infinity)");
      assertThat(numbers(state)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
  void halfOfTheRows_allAreTrained_probeIsOfTheHalf(ProbeGradient way) {
    SapOptions options = step(SapOptions.Method.SAP, 1e-3).options().by(way);
    Stepped whole = stepped(options);
    Stepped half = stepped(options.of(0.5));
    ProbedRows rows = ProbedRows.of(tokens, 0.5);
    assertThat(rows.probed()).hasSize(2);
    assertThat(half.outcome().taskLoss()).isCloseTo(whole.outcome().taskLoss(), within(1e-5));
    assertThat(Check.maxAbs(half.outcome().rowLosses(), whole.outcome().rowLosses()))
        .isLessThan(1e-5);
    assertThat(half.outcome().gradientNorm())
        .isCloseTo(whole.outcome().gradientNorm(), within(1e-4));
    assertThat(Check.relative(half.weights(), whole.weights())).isLessThan(1e-4);
    assertThat(half.outcome().perturbedLoss()).isNull();
    for (int row : rows.probed()) {
      assertThat(half.outcome().pushes()[row])
          .isCloseTo(whole.outcome().pushes()[row], within(0.01));
    }
    Stepped unpushed = stepped(options.of(0.5).with(SapOptions.Pushes.REFRESH));
    assertThat(unpushed.weights()).isEqualTo(half.weights());
    for (int row : rows.others()) {
      assertThat(half.outcome().pushes()[row])
          .isCloseTo(whole.outcome().pushes()[row], within(0.01));
      assertThat(unpushed.outcome().pushes()[row]).isNaN();
    }
    float[] alone = stepped(options, tokens.select(rows.probed())).q();
    assertThat(Check.relative(half.q(), alone)).isLessThan(1e-5);
    assertThat(Check.relative(half.q(), whole.q())).isGreaterThan(0.01);
  }

  /** Refreshes the direction at every step, the hidden probe at every second one. */
  private static SapOptions everySecond(SapOptions.Pushes pushes) {
    return new SapOptions(SapOptions.Method.SAP, 1e-3, 0, 1, 0.1, 1e-3, 1, 2, AdamW.DEFAULT)
        .with(pushes);
  }

  /** An adapter after some steps, and what the last of them said. */
  private Map<String, List<Float>> trained(
      SapOptions options, List<TokenBatch> batches, Screen screen, StepOutcome[] last) {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1)) {
      for (TokenBatch batch : batches) {
        try (KernelPass pass = kernel.pass()) {
          last[0] = new SapStep(options).run(pass, state, batch, () -> PAIRS, screen);
        }
      }
      return numbers(state);
    }
  }

  @Test
  void everyStep_betweenRefreshes_tellsPushesAndTrainsTheSameBits() {
    StepOutcome[] told = new StepOutcome[1];
    StepOutcome[] untold = new StepOutcome[1];
    List<TokenBatch> batches = List.of(tokens, tokens, tokens, tokens);
    assertThat(trained(everySecond(SapOptions.Pushes.EVERY_STEP), batches, Screen.ALL, told))
        .isEqualTo(trained(everySecond(SapOptions.Pushes.REFRESH), batches, Screen.ALL, untold));
    assertThat(untold[0].pushes()).isNull();
    assertThat(told[0].pushes()).hasSize(3);
    assertThat(told[0].perturbedLoss()).isNull();
    assertThat(told[0].harmAlignment()).isEqualTo(untold[0].harmAlignment());
    double mean = 0;
    for (int row = 0; row < 3; row++) {
      int of = row;
      long targets = Arrays.stream(tokens.targetRows()).filter(each -> each == of).count();
      mean += told[0].pushes()[row] * targets / tokens.targetCount();
    }
    // <-gW, d> is what all rows push together.
    double together = told[0].harmAlignment() * told[0].gradientNorm();
    assertThat(mean).isCloseTo(together, within(1e-5));
  }

  @Test
  void plainTraining_onStateWithADirection_tellsNoPushes() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1)) {
      for (SapOptions.Method method : List.of(SapOptions.Method.SAP, SapOptions.Method.SFT)) {
        try (KernelPass pass = kernel.pass()) {
          StepOutcome outcome = step(method).run(pass, state, tokens, () -> PAIRS);
          assertThat(outcome.applied()).isTrue();
          assertThat(outcome.pushes() == null).isEqualTo(method == SapOptions.Method.SFT);
        }
      }
    }
  }

  @Test
  void pushScreen_sameState_tellsThePushesOfTheStep() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      assertThat(PushScreen.pushes(pass, state, tokens)).isNull();
      HarmfulDirection.of(pass, state, PAIRS).store(pass, state);
      double[] screened = PushScreen.pushes(pass, state, tokens);
      SapOptions difference = step(SapOptions.Method.SAP).options().by(ProbeGradient.DIFFERENCE);
      double[] pushes = new SapStep(difference).run(pass, state, tokens, () -> PAIRS).pushes();
      for (int row = 0; row < 3; row++) {
        assertThat(screened[row])
            .isCloseTo(pushes[row], within(0.02 * Math.abs(pushes[row]) + 1e-3));
      }
    }
  }

  @Test
  void screen_thatLeavesRowsOut_trainsAsIfTheyHadNotCome() {
    TokenBatch kept = tokens.select(new int[] {0, 2});
    StepOutcome[] screened = new StepOutcome[1];
    StepOutcome[] alone = new StepOutcome[1];
    double[][] seen = new double[1][];
    Screen screen =
        pushes -> {
          seen[0] = pushes;
          return kept;
        };
    SapOptions options = everySecond(SapOptions.Pushes.EVERY_STEP);
    for (int steps = 1; steps <= 2; steps++) {
      List<TokenBatch> whole = Collections.nCopies(steps, tokens);
      List<TokenBatch> parts = Collections.nCopies(steps, kept);
      assertThat(trained(options, whole, screen, screened))
          .isEqualTo(trained(options, parts, Screen.ALL, alone));
      assertThat(screened[0].pushes()).isEqualTo(alone[0].pushes());
      assertThat(seen[0]).hasSize(3);
      assertThat(seen[0][2]).isCloseTo(screened[0].pushes()[1], within(1e-3));
    }
  }

  @Test
  void screen_thatLeavesNothing_changesNothing() {
    try (Kernel kernel = kernel(1);
        AdapterState state = adapter(kernel, 1);
        KernelPass pass = kernel.pass()) {
      Map<String, List<Float>> before = numbers(state);
      SapStep step = step(SapOptions.Method.SAP);
      assertThat(step.run(pass, state, tokens, () -> PAIRS, pushes -> null)).isNull();
      assertThat(numbers(state)).isEqualTo(before);
      assertThat(state.counters()).isEqualTo(AdapterState.Counters.FRESH);
      // Without a direction nobody is asked.
      assertThat(step.run(pass, state, tokens, () -> null, pushes -> null).applied()).isTrue();
    }
  }

  @Test
  void probedRows_sameBatch_areTheSameAndOnlyThoseWithTargets() {
    SplittableRandom random = new SplittableRandom(9);
    boolean[] met = new boolean[6];
    for (int i = 0; i < 40; i++) {
      TokenBatch batch = RandomModels.batch(random, 29, 6, 19);
      ProbedRows rows = ProbedRows.of(batch, 0.34);
      assertThat(ProbedRows.of(batch, 0.34)).usingRecursiveComparison().isEqualTo(rows);
      assertThat(rows.probed()).hasSize(3).isSorted().doesNotHaveDuplicates();
      assertThat(rows.others()).hasSize(3).doesNotContain(rows.probed());
      Arrays.stream(rows.probed()).forEach(row -> met[row] = true);
    }
    assertThat(met).containsOnly(true);
    TokenBatch.Row unscored = new TokenBatch.Row(new int[] {1, 2, 3}, new byte[3]);
    TokenBatch mixed = TokenBatch.of(List.of(unscored, SAFE, unscored, HARMFUL));
    assertThat(ProbedRows.of(mixed, 0.5).probed()).hasSize(1);
    assertThat(ProbedRows.of(mixed, 0.5).probed()[0]).isIn(1, 3);
    assertThat(ProbedRows.of(mixed, 0.6).all()).isTrue();
  }
}
