package io.sapflow.sap;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ComputeType;
import io.sapflow.model.DType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelArchive;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.RandomModels;
import io.sapflow.model.TokenBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How often a step copies to the device and reads from it: on a GPU it waits there, and nowhere
 * else. The same calls are made on a CPU, where they can be counted.
 */
class StepTransfersTest {

  /** Loss, losses of the rows, and the norms with the cosine. */
  private static final int READ = 3;

  private static final int PUSHES = 1;

  /** Loss and norm of the direction's gradient, before it is used and when it is reported; loss. */
  private static final int DIRECTION = 5;

  /** The norm of the probe's gradient. */
  private static final int PROBE = 1;

  @TempDir Path directory;

  private final TokenBatch tokens = RandomModels.batch(new SplittableRandom(3), 29, 3, 9);
  private BaseModel base;
  private Kernel kernel;
  private AdapterState state;

  @BeforeEach
  void open() throws IOException {
    RandomModels.write(
        directory, RandomModels.CONFIGS.get("llama, tied, newer style"), DType.F32, 7);
    base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
    kernel =
        base.kernel(
            new LoraSpec(2, 4, false, Set.of(LoraTarget.Q, LoraTarget.V)),
            KernelOptions.training(new int[] {0, 1}, 1));
    state = AdapterState.fresh(kernel, 1);
  }

  @AfterEach
  void close() {
    state.close();
    kernel.close();
    base.close();
  }

  private static PairBatch pairs() {
    TokenBatch.Row safe = new TokenBatch.Row(new int[] {1, 4, 7, 3}, new byte[] {0, 0, 1, 1});
    TokenBatch.Row harmful = new TokenBatch.Row(new int[] {1, 4, 9, 8}, new byte[] {0, 0, 1, 1});
    return PairBatch.of(List.of(new PairBatch.Pair(safe, harmful)));
  }

  /** Copies and reads of the next step; direction every fourth, probe every second one. */
  private List<Integer> next(SapOptions.Method method, ProbeGradient way, double probeRows) {
    SapStep step =
        new SapStep(
            new SapOptions(method, 1e-3, 0, 1, 0.1, 0.01, 4, 2, AdamW.DEFAULT)
                .by(way)
                .of(probeRows));
    try (KernelPass pass = kernel.pass()) {
      assertThat(step.run(pass, state, tokens, StepTransfersTest::pairs).applied()).isTrue();
      return List.of(pass.transfers().toDevice(), pass.transfers().toHost());
    }
  }

  private List<Integer> next(ProbeGradient way) {
    return next(SapOptions.Method.SAP, way, 1);
  }

  @Test
  void plainStep_copiesItsBatchAtOnce_andReadsThreeTensors() {
    assertThat(next(SapOptions.Method.SFT, ProbeGradient.AUTO, 1)).containsExactly(1, READ);
  }

  @Test
  void sapStep_readsWhatItReports_andNothingBetweenItsPasses() {
    ProbeGradient twice = ProbeGradient.DOUBLE_BACKWARD;
    assertThat(next(twice))
        .as("direction and probe")
        .containsExactly(2, READ + PUSHES + DIRECTION + PROBE);
    assertThat(next(twice)).as("neither").containsExactly(1, READ + PUSHES);
    assertThat(next(twice)).as("probe").containsExactly(1, READ + PUSHES + PROBE);
  }

  /** The loss in the perturbed place twice, to judge and to report it; its rows; and eps. */
  @Test
  void difference_readsThePerturbedPlaceAsWell() {
    next(ProbeGradient.DIFFERENCE);
    next(ProbeGradient.DIFFERENCE);
    assertThat(next(ProbeGradient.DIFFERENCE)).containsExactly(1, READ + PROBE + 4);
  }

  /** Both parts are copied before the first pass; how they are joined is the third. */
  @Test
  void shareOfRows_copiesBothParts() {
    next(SapOptions.Method.SAP, ProbeGradient.DOUBLE_BACKWARD, 0.5);
    next(SapOptions.Method.SAP, ProbeGradient.DOUBLE_BACKWARD, 0.5);
    assertThat(next(SapOptions.Method.SAP, ProbeGradient.DOUBLE_BACKWARD, 0.5))
        .containsExactly(3, READ + 2 * PUSHES + PROBE);
  }

  /**
   * A number that the kernel takes out of a tensor would wait as well: those of arguments that stay
   * on the host do not, and generation looks whether all have ended.
   */
  @Test
  void kernel_takesNumbersOutOfHostTensorsAlone() throws IOException {
    String source;
    try (var in = KernelArchive.class.getResourceAsStream("kernel.py")) {
      source = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("#.*", "");
    }
    List<String> taken = new ArrayList<>();
    Matcher numbers =
        Pattern.compile("\\b(?:int|float|bool)\\(([^()]*(?:\\([^()]*\\))?[^()]*)\\)")
            .matcher(source);
    while (numbers.find()) {
      taken.add(numbers.group(1));
    }
    assertThat(taken).contains("lengths[i]", "micro_batches[i][0]", "h[0]");
    assertThat(taken)
        .allMatch(
            argument ->
                argument.matches(
                    "(place|lengths|micro_batches|ends|leaving|h)\\[.*|share|whole|self\\.head_dim"
                        + "|torch\\.size\\(.*\\)|torch\\.all\\(done\\)"));
    assertThat(source).doesNotContain(".item(", "masked_select");
    assertThat(source.split("torch.nonzero", -1)).as("of rows that have ended").hasSize(2);
  }
}
