package io.sapflow.ops.verify;

import java.util.Arrays;

/** Plain double arithmetic. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double[] scaled(double[] a, double by) {
    return Arrays.stream(a).map(x -> x * by).toArray();
  }

  static double[] plus(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < a.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  static double[] wide(float[] a) {
    double[] wide = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      wide[i] = a[i];
    }
    return wide;
  }

  static float[] narrow(double[] a) {
    float[] narrow = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      narrow[i] = (float) a[i];
    }
    return narrow;
  }
}
