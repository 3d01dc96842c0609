package io.sapflow.sap;

/**
 * What a step did. Figures that the step did not compute are null.
 *
 * @param applied false if loss or gradient was not finite: nothing was changed then
 * @param reason why it was not applied, or why a method with a hidden probe trained without one;
 *     otherwise null
 * @param taskLoss mean over the batch's targets at (W, v)
 * @param rowLosses mean over each row's targets at (W, v), [B]
 * @param perturbedLoss the same mean at (W', v); by double backward nothing is computed there, nor
 *     for all rows where the hidden probe is found from some
 * @param pushes for each row, how much lower its loss is in the harmful place, divided by eps, or
 *     its slope toward there, [B]; positive means that the row pulls toward harm; not a number for
 *     a row that was not looked at
 * @param safetyLoss at (W, v)
 * @param harmAlignment -cos(gradient by W, d): positive means that this update moves toward harm
 * @param gradientNorm of the gradient by W, before clipping
 * @param hiddenProbeNorm of the hidden probe that was in force
 * @param weightNorm of W before the update
 * @param learningRate of W at this update
 */
public record StepOutcome(
    boolean applied,
    String reason,
    double taskLoss,
    float[] rowLosses,
    Double perturbedLoss,
    double[] pushes,
    Double safetyLoss,
    Double harmAlignment,
    double gradientNorm,
    double hiddenProbeNorm,
    double weightNorm,
    double learningRate) {

  /**
   * The pushes of rows.
   *
   * @param here their mean losses at W, [B]
   * @param there the same at W + eps d, [B]
   */
  static double[] pushes(float[] here, float[] there, double eps) {
    double[] pushes = new double[here.length];
    for (int i = 0; i < here.length; i++) {
      pushes[i] = (here[i] - (double) there[i]) / eps;
    }
    return pushes;
  }
}
