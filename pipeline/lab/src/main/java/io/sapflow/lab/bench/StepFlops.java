package io.sapflow.lab.bench;

import io.sapflow.model.KernelOptions;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ProbeGradient;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.ProbedRows;
import io.sapflow.sap.SapOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Floating-point operations of a step of an arrangement.
 *
 * @param arrangement what it computes on which rows
 * @param options its settings
 * @param way how the hidden probe's gradient is found
 * @param gpu whether on a GPU
 * @param byLayer which passes go back layer by layer
 * @param pass counts one pass
 */
record StepFlops(
    Arrangement arrangement,
    SapOptions options,
    ProbeGradient way,
    Limits limits,
    boolean gpu,
    ByLayer byLayer,
    PassFlops pass) {

  /** Passes that keep each layer's input alone and compute the layer again on the way back. */
  enum ByLayer {
    NONE,
    /** The two of the difference, in a wider type than that of the base. */
    DIFFERENCE,
    /** All but double backwards. */
    ALL
  }

  /** For an arrangement of a bench, on its device. */
  static StepFlops of(Arrangement arrangement, BenchSettings settings, ModelConfig config) {
    return of(arrangement, settings, config, settings.onGpu());
  }

  /** The same on a GPU, or not. */
  static StepFlops of(
      Arrangement arrangement, BenchSettings settings, ModelConfig config, boolean gpu) {
    SapOptions options = arrangement.options(settings.job().train().sap());
    KernelOptions kernel = settings.kernel(config);
    ByLayer converted =
        kernel.passes() == settings.job().computeType() ? ByLayer.NONE : ByLayer.DIFFERENCE;
    return new StepFlops(
        arrangement,
        options,
        options.probeGradient().on(settings.job().computeType(), gpu),
        settings.limits(),
        gpu,
        kernel.memory().checkpointed() ? ByLayer.ALL : converted,
        new PassFlops(config, settings.job().lora(), kernel.hiddenProbeLayers()));
  }

  /**
   * Counts a step.
   *
   * @param updates how many were made before it
   */
  long of(Work work, long updates) {
    long flops =
        options.refreshesHiddenProbe(updates)
            ? probing(work)
            : task(arrangement.taskShape(arrangement.rows(work), limits, gpu));
    if (options.refreshesDirection(updates)) {
      flops += plain(arrangement.safetyShape(work, limits));
    }
    return flops;
  }

  private long plain(PassShape shape) {
    return pass.forward(shape)
        + pass.backwardByWeights(shape)
        + (byLayer == ByLayer.ALL ? pass.recomputed(shape) : 0);
  }

  /** The two passes by whose difference the hidden probe is found. */
  private long difference(PassShape shape) {
    long atOnce =
        2 * pass.forward(shape) + pass.backwardByWeights(shape) + pass.backwardByProbe(shape);
    return byLayer == ByLayer.NONE
        ? atOnce
        : atOnce + pass.recomputed(shape) + pass.recomputedByProbe(shape);
  }

  /** The passes over the step's rows, some of which find the hidden probe. */
  private long probing(Work work) {
    TokenBatch batch = arrangement.batch(work, limits);
    ProbedRows chosen = ProbedRows.of(batch, options.probeRows());
    List<TokenBatch.Row> rows = arrangement.rows(work);
    PassShape probed = arrangement.taskShape(pick(rows, chosen.probed()), limits, gpu);
    long found =
        way == ProbeGradient.DOUBLE_BACKWARD ? pass.doubleBackward(probed) : difference(probed);
    return chosen.all()
        ? found
        : found + task(arrangement.taskShape(pick(rows, chosen.others()), limits, gpu));
  }

  /** The pass over rows that no hidden probe is found from. */
  private long task(PassShape shape) {
    boolean pushes =
        options.method().hasHiddenProbe() && options.pushes() == SapOptions.Pushes.EVERY_STEP;
    if (!pushes) {
      return plain(shape);
    }
    return plain(shape)
        + pass.slopes(shape)
        + (byLayer == ByLayer.ALL ? pass.slopesForward(shape) : 0);
  }

  private static List<TokenBatch.Row> pick(List<TokenBatch.Row> rows, int[] indices) {
    List<TokenBatch.Row> picked = new ArrayList<>(indices.length);
    for (int index : indices) {
      picked.add(rows.get(index));
    }
    return picked;
  }
}
