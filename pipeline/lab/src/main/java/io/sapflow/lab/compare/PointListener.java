package io.sapflow.lab.compare;

/** Is told how a comparison goes. */
public interface PointListener {

  /** A point of a method's run on a seed was measured. */
  void point(String method, long seed, CurvePoint point);
}
