package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.tokens.EndTokens;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FixtureGenerationTest {
  @SuppressWarnings("unused") // named by FieldSource
  static final Iterable<String> MODELS = Fixtures.MODELS;

  @ParameterizedTest
  @FieldSource("MODELS")
  void generate_fixtureWithAdapter_isStepByStepArgmaxOfFullForwards(String name) {
    int rank = name.equals("f6_mistral") ? 4 : 8;
    LoraSpec lora = new LoraSpec(rank, 8, false, EnumSet.of(LoraTarget.Q, LoraTarget.V));
    try (BaseModel base = BaseModel.open(Fixtures.path(name), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(lora, KernelOptions.inference());
        SafetensorsFile adapter =
            SafetensorsFile.open(Fixtures.path(name + "/adapter/adapter_model.safetensors"));
        Tensor w = kernel.weights();
        KernelPass pass = kernel.pass()) {
      w.set(kernel.layout().read(adapter));
      SplittableRandom random = new SplittableRandom(1);
      List<int[]> prompts = new ArrayList<>();
      for (int length : new int[] {2, 9, 5, 1}) {
        prompts.add(random.ints(length, 3, base.config().vocabSize()).toArray());
      }
      Set<Integer> ends = EndTokens.read(Fixtures.path(name));
      List<Generated> found = pass.generate(prompts, 24, ends, w);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(found.get(i).tokens())
            .isEqualTo(Greedy.answer(kernel, w, prompts.get(i), 24, ends));
      }
      assertThat(found).anyMatch(answer -> answer.tokens().length > 3);
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void generate_finishedRowsLeave_othersGoOnWithTheirAnswers(String name) {
    LoraSpec lora = new LoraSpec(4, 8, false, EnumSet.of(LoraTarget.Q, LoraTarget.V));
    try (BaseModel base = BaseModel.open(Fixtures.path(name), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(lora, KernelOptions.inference());
        Tensor w = kernel.weights();
        KernelPass pass = kernel.pass()) {
      SplittableRandom random = new SplittableRandom(2);
      List<int[]> prompts = new ArrayList<>();
      for (int length : new int[] {7, 2, 9, 5, 1, 3}) {
        prompts.add(random.ints(length, 3, base.config().vocabSize()).toArray());
      }
      List<Generated> endless = pass.generate(prompts, 16, Set.of(), w);
      // Tokens that some rows reach early; the rows between them go on.
      Set<Integer> ends = new HashSet<>();
      for (int row : new int[] {0, 2, 3, 5}) {
        ends.add(endless.get(row).tokens()[row]);
      }
      List<Generated> found = pass.generate(prompts, 16, ends, true, w);
      List<Generated> kept = pass.generate(prompts, 16, ends, false, w);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(found.get(i).tokens())
            .isEqualTo(kept.get(i).tokens())
            .isEqualTo(Greedy.answer(kernel, w, prompts.get(i), 16, ends));
        assertThat(found.get(i).ended()).isEqualTo(kept.get(i).ended());
      }
      assertThat(found.stream().filter(answer -> answer.ended() && answer.tokens().length < 6))
          .as("rows that left")
          .hasSizeGreaterThanOrEqualTo(3);
    }
  }
}
