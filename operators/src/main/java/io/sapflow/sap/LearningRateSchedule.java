package io.sapflow.sap;

import java.io.Serializable;
import java.util.Locale;

/**
 * How the learning rate goes on after warm-up: a function of the update's number alone, so that an
 * adapter that was restored, or rolled back, goes on with the rates of the updates that it holds.
 *
 * @param shape of the curve
 * @param updates the curve's scale, see {@link Shape}; 0 of a constant rate
 * @param floor share of the learning rate below which it does not fall; 0 of a constant rate
 */
public record LearningRateSchedule(Shape shape, int updates, double floor) implements Serializable {

  /** The rate stays. */
  public static final LearningRateSchedule CONSTANT =
      new LearningRateSchedule(Shape.CONSTANT, 0, 0);

  /** Forms of the curve. */
  public enum Shape {
    /** It stays. */
    CONSTANT,
    /** It stays for {@code updates} updates, then falls with the root of their number. */
    INVERSE_SQRT,
    /**
     * It falls by half a cosine over {@code updates} updates, then begins anew: PyTorch's
     * CosineAnnealingWarmRestarts (Loshchilov and Hutter 2017) with T_0 = {@code updates}, T_mult =
     * 1 and eta_min = {@code floor} of the rate.
     */
    COSINE;

    /** Its name among settings. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Checks the parts. */
  public LearningRateSchedule {
    if (shape == Shape.CONSTANT) {
      needless("sapflow.train.schedule-updates", updates);
      needless("sapflow.train.schedule-floor", floor);
    } else if (updates < 1) {
      throw new IllegalArgumentException(
          "sapflow.train.schedule-updates: found "
              + (updates == 0 ? "none" : updates)
              + ", expected 1 or more updates with sapflow.train.schedule "
              + shape.word());
    }
    if (!(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException(
          "sapflow.train.schedule-floor: found " + floor + ", expected 0 to 1");
    }
  }

  private static void needless(String key, Number value) {
    if (value.doubleValue() != 0) {
      throw new IllegalArgumentException(
          key
              + ": found "
              + value
              + " with sapflow.train.schedule constant, which does not use it; expected none, or"
              + " sapflow.train.schedule inverse-sqrt or cosine");
    }
  }

  /**
   * Share of the learning rate at an update, above 0 to 1: the last update of a cosine's cycle
   * stands one before its foot. Equal on every machine.
   *
   * @param update after warm-up, counted from 1
   */
  public double factor(long update) {
    return switch (shape) {
      case CONSTANT -> 1;
      case INVERSE_SQRT -> Math.max(floor, Math.sqrt((double) updates / Math.max(updates, update)));
      case COSINE -> {
        double place = (double) ((update - 1) % updates) / updates;
        yield floor + (1 - floor) * (1 + StrictMath.cos(Math.PI * place)) / 2;
      }
    };
  }
}
