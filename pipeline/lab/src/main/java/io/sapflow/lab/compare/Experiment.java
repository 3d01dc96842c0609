package io.sapflow.lab.compare;

import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.local.run.Evaluation;
import io.sapflow.tokens.Chats;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run of one method, scored at every version. The runs of one process share the base model;
 * each has all else to itself.
 */
final class Experiment {

  private final JobSettings settings;
  private final Material material;
  private final Consumer<CurvePoint> heard;

  /**
   * A run.
   *
   * @param heard is told each point as it is measured
   */
  Experiment(JobSettings settings, Material material, Consumer<CurvePoint> heard) {
    this.settings = settings;
    this.material = material;
    this.heard = heard;
  }

  /** Trains on all examples; the curve begins with the base model. */
  List<CurvePoint> run() {
    List<CurvePoint> curve = new ArrayList<>();
    try (Evaluation evaluation = new Evaluation(settings);
        OpenedModel model = OpenedModel.training(settings)) {
      Training.run(
          settings,
          model,
          material,
          (step, state) -> {
            CurvePoint point = score(evaluation, step, state.weights().toFloats());
            curve.add(point);
            heard.accept(point);
          });
    }
    return curve;
  }

  private CurvePoint score(Evaluation evaluation, long step, float[] weights) {
    evaluation.adapter(weights);
    Evaluation.Safety safety = evaluation.safety(material.prompts());
    return new CurvePoint(
        step,
        evaluation.loss(material.heldOut().stream().map(Chats::of).toList()),
        safety.harmful(),
        safety.harmfulByOpening(),
        safety.overRefusal());
  }
}
