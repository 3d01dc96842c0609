package io.sapflow.sap;

import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import java.io.Serializable;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter 2019), epsilon placed as PyTorch does:
 *
 * <pre>
 *   p <- p (1 - lr wd);  m <- b1 m + (1-b1) g;  s <- b2 s + (1-b2) g^2
 *   p <- p - lr (m / (1-b1^k)) / (sqrt(s / (1-b2^k)) + eps)
 * </pre>
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay decay of the parameter for each unit of learning rate
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Serializable {

  /** The usual setting. */
  public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 0.01);

  /** Checks the parts. */
  public AdamW {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "AdamW: betas are in [0, 1), found " + beta1 + " and " + beta2);
    }
  }

  /**
   * One update in place.
   *
   * @param k which update of this parameter, counted from 1
   * @param largestNorm the gradient is scaled down to this norm if it is longer; 0 never
   */
  public void update(
      KernelPass pass,
      long k,
      double learningRate,
      double largestNorm,
      Tensor parameter,
      Tensor gradient,
      Tensor mean,
      Tensor square) {
    double[] h = {
      learningRate,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      1 - Math.pow(beta1, k),
      1 - Math.pow(beta2, k),
      largestNorm
    };
    pass.adamw(h, parameter, gradient, mean, square);
  }
}
