package io.sapflow.ops.verify;

import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.JsonFile;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.ModelException;
import io.sapflow.model.PassMemory;
import io.sapflow.model.RowLayout;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Replays a recorded training trace with the project's own step, and compares what it recorded: in
 * float64 every step, and in float32, as jobs compute, as far as its rounding allows.
 *
 * <p>Each step that computes the probe anew is also made by double backward, and compared with the
 * same record.
 *
 * <p>The directory holds manifest.json, batches and tensors of its traces; its parent is the model.
 */
public final class TraceVerification {

  /** Rows of a double backward, so that every batch of more takes several. */
  private static final int ROWS_TOGETHER = 1;

  private final RecordedTrace trace;
  private final ComputeType type;
  private final List<Check> checks;
  private final List<Double> noise = new ArrayList<>();

  private TraceVerification(RecordedTrace trace, ComputeType type, List<Check> checks) {
    this.trace = trace;
    this.type = type;
    this.checks = checks;
  }

  /** Runs the steps of a trace. */
  public static List<Check> run(Path directory, String name) {
    return run(directory, name, Integer.MAX_VALUE);
  }

  /** Runs the first steps of a trace. */
  static List<Check> run(Path directory, String name, int most) {
    RecordedTrace trace = RecordedTrace.read(directory, name);
    int steps = Math.min(most, trace.steps().size());
    List<Check> checks = new ArrayList<>();
    TraceVerification wide = new TraceVerification(trace, ComputeType.FLOAT64, checks);
    wide.replay(steps, TraceLimits.exact());
    double noise = wide.noise.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    TraceVerification narrow = new TraceVerification(trace, ComputeType.FLOAT32, checks);
    double rate = trace.options().learningRate();
    if (trace.plain()) {
      narrow.replay(steps, TraceLimits.plain(rate));
    } else if (TraceLimits.wellConditioned(noise)) {
      narrow.replay(steps, TraceLimits.strong(rate));
    } else {
      narrow.replay(1, TraceLimits.first(rate, wide.noise.get(0)));
    }
    return checks;
  }

  private void replay(int count, TraceLimits limits) {
    try (BaseModel base = BaseModel.open(trace.model(), ComputeType.FLOAT32, "auto");
        SafetensorsFile init = trace.open("init");
        SafetensorsFile batches = trace.open("batches");
        SafetensorsFile tensors = trace.open("tensors")) {
      RecordedAdapter start = RecordedAdapter.of(base.config(), init, trace.scaling());
      KernelOptions options =
          new KernelOptions(
              trace.hiddenProbeLayers(base.config()),
              false,
              trace.temperature(),
              type,
              type,
              trace.reference() ? RowLayout.MASKED : RowLayout.PACKED,
              PassMemory.WHOLE.rows(ROWS_TOGETHER));
      try (Kernel kernel = base.kernel(start.layout().spec(), options);
          AdapterState state = AdapterState.empty(kernel)) {
        state.weights().set(start.weights());
        for (int i = 0; i < count; i++) {
          JsonFile expected = trace.steps().get(i);
          RecordedStep recorded =
              new RecordedStep(RecordedTrace.name(i + 1), expected, tensors, start, options);
          TraceStepChecks step = new TraceStepChecks(recorded, limits, type, checks);
          step(kernel, state, batches, recorded, step);
          noise.add(step.noise());
        }
      }
    }
  }

  private void step(
      Kernel kernel,
      AdapterState state,
      SafetensorsFile batches,
      RecordedStep recorded,
      TraceStepChecks step) {
    JsonFile expected = recorded.scalars();
    TokenBatch useful = useful(batches, expected.integer("useful_batch", 0, Integer.MAX_VALUE));
    Supplier<PairBatch> pairs =
        () -> contrastive(batches, expected.integer("contrastive_batch", 0, Integer.MAX_VALUE));
    boolean probed = trace.options().refreshesHiddenProbe(state.counters().updates());
    try (KernelPass pass = kernel.pass();
        DoubleBackwardChecks twice =
            probed ? new DoubleBackwardChecks(recorded, type, kernel, pass, state, checks) : null) {
      step.before(state, () -> evaluation(pass, useful, state));
      StepOutcome outcome =
          new SapStep(trace.options(), step.observer()).run(pass, state, useful, pairs);
      step.after(state, outcome);
      if (probed) {
        twice.run(pass, trace.options(), useful, pairs);
      }
    }
  }

  /** The task loss as adapters are evaluated: with the probe off. */
  private static double evaluation(KernelPass pass, TokenBatch batch, AdapterState state) {
    Tensor rows = pass.score(pass.load(batch), state.weights());
    return -Arrays.stream(rows.toDoubles()).sum() / batch.targetCount();
  }

  private TokenBatch useful(SafetensorsFile batches, int index) {
    String name = String.format("useful_%02d.", index);
    return trace.reference()
        ? RecordedBatch.of(
            batches, name + "input_ids", name + "attention_mask", List.of(name + "labels"), 1)
        : TokenBatch.of(RecordedBatch.rows(batches, name));
  }

  /**
   * The published code scores both answers from one forward pass over the prompt, without the shift
   * by one.
   */
  private PairBatch contrastive(SafetensorsFile batches, int index) {
    String name = String.format("contrastive_%02d.", index);
    if (trace.reference()) {
      TokenBatch both =
          RecordedBatch.of(
              batches,
              name + "input_ids",
              name + "attention_mask",
              List.of(name + "chosen_labels", name + "rejected_labels"),
              0);
      return new PairBatch(both.rows(), both);
    }
    List<TokenBatch.Row> chosen = RecordedBatch.rows(batches, name + "chosen_");
    List<TokenBatch.Row> rejected = RecordedBatch.rows(batches, name + "rejected_");
    if (chosen.size() != rejected.size()) {
      throw new ModelException(
          batches.path()
              + ": "
              + name
              + "rejected_input_ids has "
              + rejected.size()
              + " rows; "
              + chosen.size()
              + ", one for each chosen answer, would be right");
    }
    List<PairBatch.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      pairs.add(new PairBatch.Pair(chosen.get(i), rejected.get(i)));
    }
    return PairBatch.of(pairs);
  }
}
