package io.sapflow.metrics;

/** A number that one thread notes and others read; not a number before the first. */
public final class LastValue {

  private volatile double value = Double.NaN;

  /** Notes one; null leaves the last. */
  public void note(Double latest) {
    if (latest != null) {
      value = latest;
    }
  }

  /** Notes one; null for not known. */
  public void set(Double latest) {
    value = latest == null ? Double.NaN : latest;
  }

  /** The last one. */
  public double get() {
    return value;
  }
}
