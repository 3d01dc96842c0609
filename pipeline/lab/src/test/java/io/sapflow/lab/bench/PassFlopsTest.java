package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.ComputeType;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.ProbedRows;
import io.sapflow.sap.SapOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassFlopsTest {

  @TempDir Path directory;
  private PassFlops flops;

  /** Three layers, hidden 4, two heads of 4 with one key head, mlp 5, vocabulary 7; LoRA r 2, q. */
  @BeforeEach
  void count() throws Exception {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 7, "hidden_size": 4, "intermediate_size": 5, "num_hidden_layers": 3,
         "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 4, "rms_norm_eps": 1e-5, "rope_theta": 100.0,
         "max_position_embeddings": 64, "tie_word_embeddings": false, "hidden_act": "silu", "eos_token_id": 2,
         "torch_dtype": "float32"}
        """);
    flops =
        new PassFlops(
            ModelConfig.read(directory),
            new LoraSpec(2, 2, false, EnumSet.of(LoraTarget.Q)),
            new int[] {1, 2});
  }

  private static TokenBatch.Row row(int prompt, int answer) {
    byte[] targets = new byte[prompt + answer];
    Arrays.fill(targets, prompt, targets.length, (byte) 1);
    return new TokenBatch.Row(new int[prompt + answer], targets);
  }

  @Test
  void packed_rows_countRealTokensAndTargets() {
    PassShape shape = PassShape.packed(List.of(row(1, 2), row(3, 1)));
    // A query sees itself and those before it: 1 + 2 + 3, and 1 + 2 + 3 + 4.
    // Both rows padded to four, where attention is not fused.
    assertThat(shape).isEqualTo(new PassShape(7, 16, 32, 3));
    assertThat(PassShape.padded(2, 4)).isEqualTo(new PassShape(8, 20, 32, 8));
    // A short row beside a long one goes in a chunk of its own.
    assertThat(PassShape.packed(List.of(row(1, 1), row(1, 1), row(50, 50))).dense())
        .isEqualTo(2 * (4 + 4 + 10000));
    // On a GPU it does not.
    assertThat(PassShape.packed(List.of(row(1, 1), row(1, 1), row(50, 50)), true).dense())
        .isEqualTo(3 * 10000);
  }

  @Test
  void passes_tinyModel_areCountedAsByHand() {
    PassShape shape = PassShape.packed(List.of(row(1, 2), row(3, 1)));
    // q 4x8, k and v 4x4 each, o 8x4, three of 4x5: 32 + 16 + 16 + 32 + 60 = 156 for a token;
    // LoRA 2 x (4 + 8) = 24. Scores and values: 8 wide, twice. Head 4 x 7 for each of 3 targets.
    assertThat(flops.forward(shape)).isEqualTo(2 * (3 * (180 * 7 + 2 * 8 * 16) + 28 * 3));
    assertThat(flops.backwardByWeights(shape)).isEqualTo(2 * (3 * (204 * 7 + 5 * 8 * 16) + 28 * 3));
    // The lowest probe is added to the output of layer 1: only layer 2 is above it.
    assertThat(flops.backwardByProbe(shape)).isEqualTo(2 * ((180 * 7 + 5 * 8 * 16) + 28 * 3));
    // A of the direction 2 x 4; forward and back 2 x 2 x 8 each: 72 for a token of each layer.
    assertThat(flops.slopes(shape)).isEqualTo(2 * 3 * 72 * 7);
    // Three products of a frozen layer in each, 1 + 2 + 3 of LoRA's; one of each above the probe.
    // Attention 2 + 4 + 8, and 4 above the probe; the head forward, back, and back through both.
    assertThat(flops.doubleBackward(shape))
        .isEqualTo(
            2 * (3 * ((3 * 156 + 6 * 24) * 7 + 14 * 8 * 32) + (180 * 7 + 4 * 8 * 32) + 4 * 28 * 3));
  }

  /** The defaults. */
  private static SapOptions job() {
    return new SapOptions(SapOptions.Method.SAP, 1e-3, 0, 1, 0.1, 2e-3, 16, 8, AdamW.DEFAULT);
  }

  /** Two examples and a pair, nothing replayed. */
  private static Work work() {
    return new Work(
        List.of(row(1, 2), row(3, 1)),
        List.of(),
        List.of(new PairBatch.Pair(row(2, 2), row(2, 3))));
  }

  @Test
  void step_refreshes_addTheirPasses() {
    Limits limits = new Limits(6, 8);
    Work work =
        new Work(
            List.of(row(1, 2), row(3, 1)),
            List.of(row(2, 2)),
            List.of(new PairBatch.Pair(row(2, 2), row(2, 3))));
    SapOptions job = job();
    PassShape examples = PassShape.packed(work.examples());
    PassShape replayed = PassShape.packed(List.of(row(1, 2), row(3, 1), row(2, 2)));
    PassShape pairs = PassShape.packed(List.of(row(2, 2), row(2, 3)));
    long clean = flops.forward(replayed) + flops.backwardByWeights(replayed);
    long perturbed = flops.forward(replayed) + flops.backwardByProbe(replayed);
    long direction = flops.forward(pairs) + flops.backwardByWeights(pairs);
    assertThat(of(Arrangement.PLAIN, job, limits, work, 0))
        .isEqualTo(flops.forward(examples) + flops.backwardByWeights(examples));
    assertThat(of(Arrangement.SAP, job, limits, work, 3)).isEqualTo(clean + flops.slopes(replayed));
    SapOptions refresh = job.with(SapOptions.Pushes.REFRESH);
    assertThat(of(Arrangement.SAP, refresh, limits, work, 3)).isEqualTo(clean);
    assertThat(of(Arrangement.SAP, job, limits, work, 8)).isEqualTo(clean + perturbed);
    assertThat(of(Arrangement.SAP, job, limits, work, 16)).isEqualTo(clean + perturbed + direction);
    PassShape padded = PassShape.padded(2, 6);
    PassShape paddedPairs = PassShape.padded(2, 8);
    assertThat(of(Arrangement.REFERENCE, job, limits, work, 3))
        .isEqualTo(
            2 * flops.forward(padded)
                + flops.backwardByWeights(padded)
                + flops.backwardByProbe(padded)
                + flops.forward(paddedPairs)
                + flops.backwardByWeights(paddedPairs));
  }

  @Test
  void step_byDoubleBackward_countsThatPassInPlaceOfBoth() {
    Work work = work();
    SapOptions job = job();
    Limits limits = new Limits(6, 8);
    SapOptions twice = job.by(ProbeGradient.DOUBLE_BACKWARD);
    long all = flops.doubleBackward(PassShape.packed(work.examples()));
    assertThat(of(Arrangement.SAP, twice, limits, work, 8)).isEqualTo(all);
    ProbedRows rows = ProbedRows.of(Arrangement.SAP.batch(work, limits), 0.5);
    PassShape probed = PassShape.packed(List.of(work.examples().get(rows.probed()[0])));
    PassShape other = PassShape.packed(List.of(work.examples().get(rows.others()[0])));
    long plain = flops.forward(other) + flops.backwardByWeights(other);
    assertThat(of(Arrangement.SAP, twice.of(0.5), limits, work, 8))
        .isEqualTo(flops.doubleBackward(probed) + plain + flops.slopes(other));
    assertThat(of(Arrangement.REFERENCE, twice.of(0.5), limits, work, 8))
        .isEqualTo(of(Arrangement.REFERENCE, job, limits, work, 8));
  }

  @Test
  void step_byLayer_countsItsLayersForwardOnceMore() {
    Work work = work();
    SapOptions job = job();
    Limits limits = new Limits(6, 8);
    PassShape shape = PassShape.packed(work.examples());
    PassShape pairs = PassShape.packed(List.of(row(2, 2), row(2, 3)));
    // A layer forward is 180 for a token, and 2 x 8 for each of 16 pairs of a query and a key.
    long layer = 2 * (180 * 7 + 2 * 8 * 16);
    assertThat(flops.recomputed(shape)).isEqualTo(3 * layer);
    // Back to the output of layer 1, which is computed again as well.
    assertThat(flops.recomputedByProbe(shape)).isEqualTo(2 * layer);
    // A of the direction 2 x 4, and forward of both of what it makes 2 x 2 x 8.
    assertThat(flops.slopesForward(shape)).isEqualTo(2 * 3 * 40 * 7);
    StepFlops none = of(work, job, StepFlops.ByLayer.NONE);
    StepFlops difference = of(work, job, StepFlops.ByLayer.DIFFERENCE);
    StepFlops all = of(work, job, StepFlops.ByLayer.ALL);
    assertThat(difference.of(work, 3)).isEqualTo(none.of(work, 3));
    assertThat(difference.of(work, 8)).isEqualTo(none.of(work, 8) + 5 * layer);
    assertThat(all.of(work, 3))
        .isEqualTo(none.of(work, 3) + 3 * layer + flops.slopesForward(shape));
    assertThat(all.of(work, 16)).isEqualTo(none.of(work, 16) + 5 * layer + flops.recomputed(pairs));
  }

  private StepFlops of(Work work, SapOptions job, StepFlops.ByLayer byLayer) {
    return of(
        Arrangement.SAP,
        Arrangement.SAP.options(job),
        ProbeGradient.DIFFERENCE,
        new Limits(6, 8),
        byLayer);
  }

  @Test
  void kinds_ofSteps_comeAsOftenAsTheirRefreshes() {
    SapOptions job = job();
    assertThat(StepKind.of(job))
        .containsExactly(
            new StepKind(0, 1 / 16.0), new StepKind(1, 14 / 16.0), new StepKind(8, 1 / 16.0));
    assertThat(StepKind.of(Arrangement.PLAIN.options(job))).containsExactly(new StepKind(0, 1));
    assertThat(StepKind.of(Arrangement.REFERENCE.options(job))).containsExactly(new StepKind(0, 1));
    SapOptions crossed =
        new SapOptions(SapOptions.Method.SAP, 1e-3, 0, 1, 0.1, 2e-3, 2, 3, AdamW.DEFAULT);
    assertThat(StepKind.of(crossed))
        .containsExactlyInAnyOrder(
            new StepKind(0, 1 / 6.0),
            new StepKind(1, 2 / 6.0),
            new StepKind(2, 2 / 6.0),
            new StepKind(3, 1 / 6.0));
  }

  private long of(Arrangement arrangement, SapOptions job, Limits limits, Work work, long updates) {
    SapOptions options = arrangement.options(job);
    ProbeGradient way = options.probeGradient().on(ComputeType.FLOAT32, false);
    return of(arrangement, options, way, limits, StepFlops.ByLayer.NONE).of(work, updates);
  }

  private StepFlops of(
      Arrangement arrangement,
      SapOptions options,
      ProbeGradient way,
      Limits limits,
      StepFlops.ByLayer byLayer) {
    return new StepFlops(arrangement, options, way, limits, false, byLayer, flops);
  }
}
