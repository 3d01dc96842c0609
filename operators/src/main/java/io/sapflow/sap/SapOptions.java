package io.sapflow.sap;

import io.sapflow.model.ProbeGradient;
import java.io.Serializable;

/**
 * Settings of a step.
 *
 * @param method what is computed
 * @param learningRate of the LoRA weights, after warm-up
 * @param warmupUpdates updates over which the learning rate rises linearly from nothing
 * @param schedule how the learning rate goes on from there
 * @param maxGradientNorm the gradient by W is scaled down to this norm; 0 never
 * @param hiddenProbeLearningRate of the hidden probe: the size of each of its entries, in the
 *     kernel's units
 * @param perturbation eps / |W|: how far along the harmful direction the perturbed pass looks
 * @param directionRefreshSteps updates between two computations of the harmful direction
 * @param hiddenProbeRefreshSteps updates between two computations of the hidden probe
 * @param adamW of weights and hidden probe
 * @param probeGradient how the hidden probe's gradient is found
 * @param probeRows share of a batch's rows from which it is found
 * @param pushes at which steps each row's push is computed
 */
public record SapOptions(
    Method method,
    double learningRate,
    int warmupUpdates,
    LearningRateSchedule schedule,
    double maxGradientNorm,
    double hiddenProbeLearningRate,
    double perturbation,
    int directionRefreshSteps,
    int hiddenProbeRefreshSteps,
    AdamW adamW,
    ProbeGradient probeGradient,
    double probeRows,
    Pushes pushes)
    implements Serializable {

  /** At which steps the pushes of a batch's rows are computed. */
  public enum Pushes {
    /** At every step that has a direction. */
    EVERY_STEP,
    /** Where they come with the hidden probe, of the rows that it is found from. */
    REFRESH
  }

  /** What a step computes. */
  public enum Method {
    /** Plain fine-tuning: the hidden probe stays zero. */
    SFT,
    /** Safety-aware probing. */
    SAP,
    /** Control: as SAP with a random q; AdamW makes the hidden probe of it as large as SAP's. */
    SAP_RANDOM,
    /** Control: as SAP with -q. */
    SAP_NEGATED;

    /** Whether a hidden probe is computed. */
    public boolean hasHiddenProbe() {
      return this != SFT;
    }
  }

  /**
   * After warm-up the learning rate stays; the hidden probe's gradient is found from all rows, as
   * base and device ask for it; pushes come with every step.
   */
  public SapOptions(
      Method method,
      double learningRate,
      int warmupUpdates,
      double maxGradientNorm,
      double hiddenProbeLearningRate,
      double perturbation,
      int directionRefreshSteps,
      int hiddenProbeRefreshSteps,
      AdamW adamW) {
    this(
        method,
        learningRate,
        warmupUpdates,
        LearningRateSchedule.CONSTANT,
        maxGradientNorm,
        hiddenProbeLearningRate,
        perturbation,
        directionRefreshSteps,
        hiddenProbeRefreshSteps,
        adamW,
        ProbeGradient.AUTO,
        1,
        Pushes.EVERY_STEP);
  }

  /** The same with the hidden probe's gradient found in another way. */
  public SapOptions by(ProbeGradient way) {
    return with(schedule, way, probeRows, pushes);
  }

  /** The same with the hidden probe's gradient found from another share of the rows. */
  public SapOptions of(double rows) {
    return with(schedule, probeGradient, rows, pushes);
  }

  /** The same with a learning rate that goes on in another way after warm-up. */
  public SapOptions scheduled(LearningRateSchedule after) {
    return with(after, probeGradient, probeRows, pushes);
  }

  /** The same with pushes at other steps. */
  public SapOptions with(Pushes when) {
    return with(schedule, probeGradient, probeRows, when);
  }

  private SapOptions with(LearningRateSchedule after, ProbeGradient way, double rows, Pushes when) {
    return new SapOptions(
        method,
        learningRate,
        warmupUpdates,
        after,
        maxGradientNorm,
        hiddenProbeLearningRate,
        perturbation,
        directionRefreshSteps,
        hiddenProbeRefreshSteps,
        adamW,
        way,
        rows,
        when);
  }

  /** Checks the parts. */
  public SapOptions {
    positive("sapflow.train.learning-rate", learningRate);
    positive("sapflow.sap.probe-learning-rate", hiddenProbeLearningRate);
    positive("sapflow.sap.perturbation", perturbation);
    positive("sapflow.sap.direction-refresh-steps", directionRefreshSteps);
    positive("sapflow.sap.probe-refresh-steps", hiddenProbeRefreshSteps);
    if (!(probeRows > 0 && probeRows <= 1)) {
      throw new IllegalArgumentException(
          "sapflow.sap.probe-rows: found " + probeRows + ", expected above 0 to 1");
    }
    if (warmupUpdates < 0 || maxGradientNorm < 0) {
      throw new IllegalArgumentException(
          "sapflow.train.warmup-updates and sapflow.train.max-gradient-norm: expected 0 or more, found "
              + warmupUpdates
              + " and "
              + maxGradientNorm);
    }
  }

  private static void positive(String key, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected a number above 0");
    }
  }

  /**
   * The learning rate of an update, counted from 1. Update {@code warmupUpdates} is the first at
   * the full rate, and the first of the schedule; without warm-up that is update 1.
   */
  public double learningRateAt(long update) {
    return update >= warmupUpdates
        ? learningRate * schedule.factor(update - Math.max(warmupUpdates, 1) + 1)
        : learningRate * update / (warmupUpdates + 1.0);
  }

  /** Whether the direction is computed anew at an update, counted from 0. */
  public boolean refreshesDirection(long updates) {
    return method.hasHiddenProbe() && updates % directionRefreshSteps == 0;
  }

  /** Whether the hidden probe is computed anew at an update, counted from 0. */
  public boolean refreshesHiddenProbe(long updates) {
    return method.hasHiddenProbe() && updates % hiddenProbeRefreshSteps == 0;
  }
}
