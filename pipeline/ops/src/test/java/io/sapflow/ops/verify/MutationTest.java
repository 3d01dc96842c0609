package io.sapflow.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recorded numbers tell each of these mistakes from rounding. */
class MutationTest {

  private static final Path F1 = VerificationTest.FIXTURES.resolve("f1_llama");
  private static final String TRACE = "sap_corrected_strong";
  private static final int STEPS = 3;
  private static final String STEP = "java/io/sapflow/sap/SapStep.java";
  private static final String PASSES = "java/io/sapflow/sap/HiddenProbePasses.java";

  /** Where a refresh begins. */
  private static final String ZEROED_PROBE = "pass.clear(state.hiddenProbe());\n    options";

  private static final String DIRECTION = "java/io/sapflow/sap/HarmfulDirection.java";
  private static final String ADAMW = "java/io/sapflow/sap/AdamW.java";
  private static final String PAIRS = "java/io/sapflow/sap/PairBatch.java";
  private static final String TOKENS = "java/io/sapflow/model/TokenBatch.java";
  private static final String KERNEL = "resources/io/sapflow/model/kernel.py";

  /** A mistake breaks at least one limit by this factor. */
  private static final double CLEAR = 4;

  @TempDir private Path temp;

  /**
   * One replacement in a source.
   *
   * @param breaks the first check that fails
   */
  record Mistake(String name, String file, String from, String to, String breaks) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "d points away from harm",
            KERNEL,
            "return [torch.div(g, torch.add(size, torch.to(floor, g.dtype))), size]",
            "return [torch.neg(torch.div(g, torch.add(size, torch.to(floor, g.dtype)))), size]",
            "step_01 float64 useful_loss_perturbed:abs"),
        new Mistake(
            "a norm for each tensor",
            KERNEL,
            "    return [torch.div(g, torch.add(size, torch.to(floor, g.dtype))), size]",
            """
                parts = (self).lora_tensors(g)
                units = annotate(List[Tensor], [])
                for i in range(torch.len(parts)):
                  _1 = torch.append(units, torch.div(parts[i], torch.add(torch.norm(parts[i]), torch.to(floor, g.dtype))))
                return [torch.cat(units), size]"""
                .indent(4),
            "step_01 float64 useful_loss_perturbed:abs"),
        new Mistake(
            "eps without |W|",
            KERNEL,
            "eps = torch.mul(torch.norm(w), torch.to(share, w.dtype))",
            "eps = torch.to(share, w.dtype)",
            "step_01 float64 useful_loss_perturbed:abs"),
        new Mistake(
            "W stays where it was perturbed to",
            KERNEL,
            "torch.add(w, torch.mul(d, eps))",
            "torch.add_(w, torch.mul(d, eps))",
            "step_01 float64 useful_loss_clean:abs"),
        new Mistake(
            "gradient by W taken in the perturbed place",
            PASSES,
            "pass.task(batch, state.weights(), state.hiddenProbe())",
            "pass.task(batch, moved.vector(), state.hiddenProbe())",
            "step_01 float64 useful_loss_clean:abs"),
        new Mistake(
            "no target is shifted",
            TOKENS,
            "* length + t - 1,",
            "* length + t,",
            "step_01 float64 useful_loss_no_probe:abs"),
        new Mistake(
            "the safety targets are not shifted",
            PAIRS,
            "return new PairBatch(pairs.size(), TokenBatch.of(rows(pairs)));",
            """
            TokenBatch b = TokenBatch.of(rows(pairs));
            long[] unshifted = java.util.Arrays.stream(b.positions()).map(p -> p + 1).toArray();
            return new PairBatch(
                pairs.size(),
                new TokenBatch(
                    b.rows(), b.length(), b.ids(), b.mask(), unshifted, b.targetRows(), b.targets()));
            """,
            "step_01 float64 contrastive_loss"),
        new Mistake(
            "mean of log-probabilities in place of their sum",
            KERNEL,
            "sums = (self).row_sums(logp, rows, 2 * count)",
            "sums = (self).row_means(logp, rows, 2 * count)",
            "step_01 float64 contrastive_loss"),
        new Mistake(
            "safety pass without the probe",
            DIRECTION,
            "pairs.pairs(), state.weights(), state.hiddenProbe());",
            "pairs.pairs(), state.weights(), pass.minus(state.hiddenProbe(), state.hiddenProbe()));",
            "step_02 float64 contrastive_loss"),
        new Mistake(
            "q with the wrong sign",
            PASSES,
            "default -> pass.minus(clean.byHiddenProbe(), perturbed.byHiddenProbe());",
            "default -> pass.minus(perturbed.byHiddenProbe(), clean.byHiddenProbe());",
            "step_01 float64 probe_grad"),
        new Mistake(
            "q of one pass alone",
            PASSES,
            "default -> pass.minus(clean.byHiddenProbe(), perturbed.byHiddenProbe());",
            "default -> clean.byHiddenProbe();",
            "step_01 float64 probe_grad"),
        new Mistake(
            "v is not zeroed before its step",
            STEP,
            ZEROED_PROBE,
            "options",
            "step_02 float64 probe_next"),
        new Mistake(
            "moments of v reset at each refresh",
            STEP,
            ZEROED_PROBE,
            """
            pass.clear(state.hiddenProbe());
            pass.clear(state.hiddenProbeMean());
            pass.clear(state.hiddenProbeSquare());
            options
            """,
            "step_02 float64 probe_next"),
        new Mistake(
            "v in force during evaluation",
            KERNEL,
            "no_probe = torch.zeros([0, self.hidden], dtype=6, device=w.device)\n    logp =",
            "no_probe = torch.full([torch.len(self.hidden_probe_layers), self.hidden], 0.02, dtype=6, device=w.device)\n    logp =",
            "step_01 float64 useful_loss_no_probe:abs"),
        new Mistake(
            "no weight decay", ADAMW, "weightDecay,", "0,", "step_01 float64 lora_norm_after"),
        new Mistake(
            "weight decay mixed into the gradient",
            KERNEL,
            "    clipped = g\n",
            "    clipped = torch.add(g, torch.mul(p, float(h[4])))\n",
            "step_01 float64 lora_norm_after"),
        new Mistake(
            "no bias correction",
            ADAMW,
            "1 - Math.pow(beta2, k),",
            "1,",
            "step_01 float64 probe_next"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_breaksAGoldenTrace(Mistake mistake) throws Exception {
    MutatedCode code = MutatedCode.of(mistake.file(), mistake.from(), mistake.to(), temp);
    assertBroken(code.verifyTrace(F1.resolve("sap"), TRACE, STEPS), mistake.breaks());
  }

  /** Of a perturbation so small that the two ways differ by 2e-5 alone. */
  private static final String WEAK = "sap_corrected";

  static Stream<Mistake> mistakesOfTheDoubleBackward() {
    String q = "step_01 float64 double_backward:probe_grad";
    return Stream.of(
        new Mistake(
            "q with the wrong sign",
            KERNEL,
            "return [torch.neg(torch.mul(h, eps))]",
            "return [torch.mul(h, eps)]",
            q),
        new Mistake(
            "q without eps",
            KERNEL,
            "return [torch.neg(torch.mul(h, eps))]",
            "return [torch.neg(h)]",
            q),
        new Mistake(
            "attention's weights taken as constants",
            KERNEL,
            "attended = torch.matmul(weights, torch.reshape(v, shape))",
            "attended = torch.matmul(torch.detach(weights), torch.reshape(v, shape))",
            "step_01 float64 double_backward:grad_useful"),
        new Mistake(
            "a micro-batch left out of q", KERNEL, "h = torch.add(h, own[3])", "h = own[3]", q),
        new Mistake(
            "a micro-batch left out of the step's gradient",
            KERNEL,
            "g = torch.add(g, own[2])",
            "g = own[2]",
            "step_01 float64 double_backward:grad_useful"),
        new Mistake(
            "a micro-batch left out of the loss",
            KERNEL,
            "loss = torch.add(loss, own[0])",
            "loss = own[0]",
            "step_01 float64 double_backward:useful_loss_clean"),
        new Mistake(
            "each micro-batch weighted as if it were the batch",
            KERNEL,
            "1. / float(whole)",
            "1. / float(torch.size(targets, 0))",
            "step_01 float64 double_backward:useful_loss_clean"),
        new Mistake(
            "pushes of rows as sums",
            KERNEL,
            "torch.div(second[1], targets_of)",
            "second[1]",
            "step_01 float64 double_backward:push"));
  }

  /**
   * In the trace B begins at zero and LoRA's scale is 1: these two are held by WeightsAlongTest.
   */
  static Stream<Mistake> mistakesOfTheSlopes() {
    String push = "step_01 float64 slopes:push";
    return Stream.of(
        new Mistake(
            "the direction's part in B left out",
            KERNEL,
            "torch.cat([torch.detach(b), db], 1)",
            "torch.cat([torch.detach(b), torch.zeros_like(db)], 1)",
            push),
        new Mistake(
            "A of the direction in place of the adapter's",
            KERNEL,
            "torch.detach(low)], -1)",
            "torch.linear(torch.detach(x), da)], -1)",
            push),
        new Mistake("slopes of rows as sums", KERNEL, "torch.div(sums, counts)", "sums", push),
        new Mistake(
            "slopes of the mean over all targets",
            KERNEL,
            "float(torch.size(targets, 0)))\n    counts",
            "1.)\n    counts",
            push),
        new Mistake(
            "what moves is trained",
            KERNEL,
            "added = torch.add(added, (self).along(lora[-1], wide, low, b, da, db))",
            "added = torch.add(added, torch.add((self).along(lora[-1], wide, low, b, da, db), torch.linear(low, db)))",
            "step_01 float64 slopes:useful_loss_clean"));
  }

  @ParameterizedTest
  @MethodSource("mistakesOfTheSlopes")
  void mistakeOfTheSlopes_breaksAGoldenTrace(Mistake mistake) throws Exception {
    MutatedCode code = MutatedCode.of(mistake.file(), mistake.from(), mistake.to(), temp);
    assertBroken(code.verifyTrace(F1.resolve("sap"), WEAK, 1), mistake.breaks());
  }

  @ParameterizedTest
  @MethodSource("mistakesOfTheDoubleBackward")
  void mistakeOfTheDoubleBackward_breaksAGoldenTrace(Mistake mistake) throws Exception {
    MutatedCode code = MutatedCode.of(mistake.file(), mistake.from(), mistake.to(), temp);
    assertBroken(code.verifyTrace(F1.resolve("sap"), WEAK, 1), mistake.breaks());
  }

  @Test
  void probeInForceDuringGeneration_isSeenInWhatIsGenerated() throws Exception {
    MutatedCode code =
        MutatedCode.of(
            KERNEL,
            "no_probe = torch.zeros([0, self.hidden], dtype=6, device=w.device)  # [0, H]\n    unpacked =",
            "no_probe = torch.full([torch.len(self.hidden_probe_layers), self.hidden], 0.02, dtype=6, device=w.device)  # [0, H]\n    unpacked =",
            temp);
    assertBroken(code.verifyModel(F1), "lora generated");
  }

  @Test
  void noMistake_onTheSameRoute_passes() throws Exception {
    String step = "public final class SapStep";
    MutatedCode same = MutatedCode.of(STEP, step, step, temp);
    assertThat(failing(same.verifyTrace(F1.resolve("sap"), TRACE, STEPS))).isEmpty();
    String kernel = "class Kernel(Module):";
    same = MutatedCode.of(KERNEL, kernel, kernel, temp);
    assertThat(failing(same.verifyModel(F1))).isEmpty();
  }

  private static void assertBroken(List<Check> checks, String first) {
    List<Check> failing = failing(checks);
    assertThat(failing).isNotEmpty();
    assertThat(failing.get(0).name() + " " + failing.get(0).quantity()).isEqualTo(first);
    assertThat(failing.stream().mapToDouble(check -> check.worst() / check.limit()).max().orElse(0))
        .isGreaterThan(CLEAR);
  }

  private static List<Check> failing(List<Check> checks) {
    return checks.stream().filter(check -> !check.pass()).toList();
  }
}
