package io.sapflow.lab.bench;

import java.util.Comparator;

/**
 * How long an example is.
 *
 * @param prompt tokens that are given
 * @param answer tokens that are trained on
 */
public record Lengths(int prompt, int answer) implements Comparable<Lengths> {

  private static final Comparator<Lengths> ORDER =
      Comparator.comparingInt(Lengths::prompt).thenComparingInt(Lengths::answer);

  /** All tokens. */
  public int total() {
    return prompt + answer;
  }

  @Override
  public int compareTo(Lengths other) {
    return ORDER.compare(this, other);
  }
}
