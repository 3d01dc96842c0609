package io.sapflow.metrics;

import java.io.Serializable;

/**
 * How many values of a label that grows with use have metrics of their own.
 *
 * @param adapters of a job
 */
public record MetricLimits(int adapters) implements Serializable {

  /** Sources of an adapter, and judges. */
  static final int NAMES = 20;

  /** Checks the number. */
  public MetricLimits {
    if (adapters < 0) {
      throw new IllegalArgumentException(
          "sapflow.metrics.adapters: found " + adapters + ", expected 0 or more");
    }
  }

  /** Those of one of several subtasks: its share, rounded up. */
  int adaptersOf(int subtasks) {
    return (adapters + subtasks - 1) / subtasks;
  }
}
