package io.sapflow.pipeline.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Check;
import io.sapflow.model.ComputeType;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.KernelPass;
import io.sapflow.model.ModelException;
import io.sapflow.model.RowLayout;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays a recorded training trace with the project's own step, and compares every recorded
 * quantity of every step.
 *
 * <p>The directory holds manifest.json, batches and tensors of its traces; its parent is the model.
 */
public final class TraceVerification {

  private final Path directory;
  private final JsonNode manifest;
  private final JsonNode trace;
  private final boolean plain;
  private final boolean reference;
  private final List<Check> checks = new ArrayList<>();

  private TraceVerification(Path directory, String name) {
    this.directory =
        Files.exists(directory.resolve("sap/manifest.json")) ? directory.resolve("sap") : directory;
    this.manifest = Manifest.read(this.directory.resolve("manifest.json"));
    JsonNode traces = Manifest.at(manifest, "traces");
    if (!traces.has(name)) {
      List<String> known = new ArrayList<>();
      traces.fieldNames().forEachRemaining(known::add);
      throw new ModelException(
          "--trace: found " + name + ", expected one of " + String.join(", ", known));
    }
    this.trace = traces.get(name);
    this.plain = Manifest.text(trace, "kind").equals("sft");
    this.reference = Manifest.text(trace, "variant").equals("reference");
  }

  /** Runs the steps of a trace. */
  public static List<Check> run(Path directory, String trace) {
    return run(directory, trace, SapStep::new);
  }

  /** Makes the step that is held to the trace. */
  public interface StepFactory {
    /** A step with these settings that shows its tensors. */
    SapStep create(SapOptions options, StepObserver observer);
  }

  static List<Check> run(Path directory, String trace, StepFactory factory) {
    TraceVerification verification = new TraceVerification(directory, trace);
    verification.replay(factory);
    return verification.checks;
  }

  private void replay(StepFactory factory) {
    Path model = directory.toAbsolutePath().normalize().getParent();
    try (BaseModel base = BaseModel.open(model, ComputeType.FLOAT32, "auto");
        SafetensorsFile init = open("init");
        SafetensorsFile batches = open("batches");
        SafetensorsFile tensors = open("tensors")) {
      RecordedAdapter start =
          RecordedAdapter.of(base.config(), init, Manifest.number(manifest, "scaling"));
      KernelOptions options =
          new KernelOptions(
              Manifest.ints(manifest, "probe_layers"),
              Manifest.number(trace, "hyperparameters", "temperature"),
              ComputeType.FLOAT32,
              layout());
      try (Kernel kernel = base.kernel(start.layout().spec(), options);
          AdapterState state = AdapterState.empty(kernel)) {
        state.weights().set(start.weights());
        for (JsonNode expected : Manifest.at(trace, "steps")) {
          step(factory, kernel, state, start, batches, tensors, expected);
        }
      }
    }
  }

  private void step(
      StepFactory factory,
      Kernel kernel,
      AdapterState state,
      RecordedAdapter start,
      SafetensorsFile batches,
      SafetensorsFile tensors,
      JsonNode expected) {
    int number = Manifest.at(expected, "step").intValue();
    TraceLimits limits = TraceLimits.of(plain, perturbation(), number);
    TraceStepChecks step = new TraceStepChecks(number, limits, start, tensors, expected, checks);
    try (KernelPass pass = kernel.pass();
        Tensor none = kernel.probe()) {
      TokenBatch useful = useful(batches, Manifest.at(expected, "useful_batch").intValue());
      if (!plain) {
        step.evaluation(pass.weights(pass.load(useful), state.weights(), none).loss().item());
        step.probeInForce(state.probe(), kernel.options().probeLayers());
      }
      step.before(state);
      factory
          .create(options(), step.observer())
          .run(
              pass,
              state,
              useful,
              () -> contrastive(batches, Manifest.at(expected, "contrastive_batch").intValue()));
      step.after(state, kernel.options().probeLayers());
    }
  }

  /**
   * The published code scores answers at padded positions; the others are replayed as jobs train.
   */
  private RowLayout layout() {
    return reference ? RowLayout.MASKED : RowLayout.PACKED;
  }

  private SapOptions options() {
    JsonNode adamw = Manifest.at(manifest, "adamw");
    return new SapOptions(
        plain ? SapOptions.Method.SFT : SapOptions.Method.SAP,
        Manifest.number(trace, "hyperparameters", "w_lr"),
        0,
        0,
        Manifest.number(trace, "hyperparameters", "v_lr"),
        perturbation(),
        1,
        1,
        new AdamW(
            adamw.get("betas").get(0).doubleValue(),
            adamw.get("betas").get(1).doubleValue(),
            Manifest.number(adamw, "eps"),
            Manifest.number(trace, "hyperparameters", "weight_decay")));
  }

  private double perturbation() {
    return Manifest.number(trace, "hyperparameters", "grad_rate");
  }

  private TokenBatch useful(SafetensorsFile batches, int index) {
    String name = String.format("useful_%02d.", index);
    return RecordedBatch.of(
        batches, name + "input_ids", name + "attention_mask", List.of(name + "labels"), 1);
  }

  /**
   * The published code scores both answers from one forward pass over the prompt, without the shift
   * by one.
   */
  private PairBatch contrastive(SafetensorsFile batches, int index) {
    String name = String.format("contrastive_%02d.", index);
    if (reference) {
      TokenBatch both =
          RecordedBatch.of(
              batches,
              name + "input_ids",
              name + "attention_mask",
              List.of(name + "chosen_labels", name + "rejected_labels"),
              0);
      return new PairBatch(both.rows(), both);
    }
    TokenBatch chosen = answer(batches, name + "chosen_");
    return new PairBatch(
        chosen.rows(), RecordedBatch.stack(chosen, answer(batches, name + "rejected_")));
  }

  private static TokenBatch answer(SafetensorsFile batches, String name) {
    return RecordedBatch.of(
        batches, name + "input_ids", name + "attention_mask", List.of(name + "labels"), 1);
  }

  private SafetensorsFile open(String key) {
    return SafetensorsFile.open(directory.resolve(Manifest.text(trace, key)).normalize());
  }
}
