package io.sapflow.ops.verify;

import io.sapflow.model.JsonFile;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.SafetensorsFile;
import io.sapflow.sap.AdamW;
import io.sapflow.sap.SapOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a directory's manifest.json says of one trace; every error names the file and the key.
 *
 * @param directory of the traces; its parent is the model
 * @param manifest what all traces of the directory share
 * @param trace the trace's own entry
 * @param steps the recorded scalars, in order
 * @param plain fine-tuning without a probe
 * @param reference whether batches are built as the published code builds them
 * @param options settings of the step
 */
record RecordedTrace(
    Path directory,
    JsonFile manifest,
    JsonFile trace,
    List<JsonFile> steps,
    boolean plain,
    boolean reference,
    SapOptions options) {

  /** The floor under the direction's norm, which the step has as a constant. */
  private static final double NORM_FLOOR = 1e-8;

  static RecordedTrace read(Path where, String name) {
    Path directory =
        Files.exists(where.resolve("sap/manifest.json")) ? where.resolve("sap") : where;
    Path file = directory.resolve("manifest.json");
    JsonFile manifest = JsonFile.read(file);
    JsonFile traces = manifest.object("traces");
    if (!traces.has(name)) {
      throw new ModelException(
          "--trace: "
              + file
              + ": traces has no "
              + name
              + "; one of "
              + String.join(", ", traces.keys())
              + " would be right");
    }
    JsonFile trace = traces.object(name);
    boolean plain = choice(trace, "kind", "sft", "sap");
    boolean reference = choice(trace, "variant", "reference", "corrected");
    List<JsonFile> steps = trace.objects("steps");
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).integer("step", 1, Integer.MAX_VALUE) != i + 1) {
        throw steps.get(i).wrong("step", Integer.toString(i + 1));
      }
    }
    if (steps.isEmpty()) {
      throw trace.wrong("steps", "at least one step");
    }
    if (manifest.has("norm_eps") && manifest.number("norm_eps") != NORM_FLOOR) {
      throw manifest.wrong("norm_eps", Double.toString(NORM_FLOOR));
    }
    SapOptions options = options(manifest.object("adamw"), trace, steps, plain);
    return new RecordedTrace(directory, manifest, trace, steps, plain, reference, options);
  }

  /** Whether the value is the first of two. */
  private static boolean choice(JsonFile json, String key, String yes, String no) {
    String found = json.text(key);
    if (!found.equals(yes) && !found.equals(no)) {
      throw json.wrong(key, yes + " or " + no);
    }
    return found.equals(yes);
  }

  private static SapOptions options(
      JsonFile adamw, JsonFile trace, List<JsonFile> steps, boolean plain) {
    JsonFile settings = trace.object("hyperparameters");
    double[] betas = adamw.numbers("betas");
    if (betas.length != 2 || !(betas[0] >= 0 && betas[0] < 1 && betas[1] >= 0 && betas[1] < 1)) {
      throw adamw.wrong("betas", "two numbers from 0 to below 1");
    }
    if (adamw.flag("amsgrad", false)) {
      throw adamw.wrong("amsgrad", "false");
    }
    AdamW adam =
        new AdamW(betas[0], betas[1], adamw.number("eps"), settings.number("weight_decay"));
    double rate = settings.positive("w_lr");
    return plain
        // The probe's settings are not used; these only have to be valid.
        ? new SapOptions(SapOptions.Method.SFT, rate, 0, 0, 1, 1, 1, 1, adam)
        : new SapOptions(
            SapOptions.Method.SAP,
            rate,
            0,
            0,
            settings.positive("v_lr"),
            settings.positive("grad_rate"),
            interval(settings, "direction_refresh_steps", trace, steps, "contrastive_loss"),
            interval(settings, "probe_refresh_steps", trace, steps, "useful_loss_perturbed"),
            adam,
            ProbeGradient.DIFFERENCE,
            1,
            SapOptions.Pushes.EVERY_STEP);
  }

  /**
   * Updates between two refreshes: as the hyperparameters say, or else from one step that recorded
   * a value of the refresh to the next.
   */
  private static int interval(
      JsonFile settings, String key, JsonFile trace, List<JsonFile> steps, String value) {
    if (settings.has(key)) {
      return settings.integer(key, 1, Integer.MAX_VALUE);
    }
    List<Integer> at = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).has(value)) {
        at.add(i);
      }
    }
    int interval = at.size() > 1 ? at.get(1) : steps.size();
    for (int i = 0; i < steps.size(); i++) {
      if (at.contains(i) != (i % interval == 0)) {
        throw trace.wrong(
            "steps",
            value + " at the first step and then at equal distances, or hyperparameters." + key);
      }
    }
    return interval;
  }

  int[] hiddenProbeLayers(ModelConfig model) {
    List<Integer> layers = manifest.integers("probe_layers", Integer.MAX_VALUE);
    if (layers.stream().anyMatch(layer -> layer >= model.layers())) {
      throw manifest.wrong("probe_layers", "layers from 0 to " + (model.layers() - 1));
    }
    return layers.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  double scaling() {
    return manifest.positive("scaling");
  }

  double temperature() {
    return plain ? 1 : trace.object("hyperparameters").positive("temperature");
  }

  /** The model that is trained. */
  Path model() {
    return directory.toAbsolutePath().normalize().getParent();
  }

  /** A file that the trace names. */
  SafetensorsFile open(String key) {
    return SafetensorsFile.open(directory.resolve(trace.text(key)).normalize());
  }

  /** The name that a step's tensors begin with. */
  static String name(int step) {
    return String.format("step_%02d", step);
  }
}
