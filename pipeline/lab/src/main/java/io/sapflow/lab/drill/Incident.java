package io.sapflow.lab.drill;

import java.util.List;
import java.util.Map;

/**
 * A scripted incident.
 *
 * @param name what {@code --incident} calls it
 * @param about in a line
 * @param script what happens
 * @param judged whether an outside judge scores answers beside the job's own
 * @param options of the job, on top of the drill's
 * @param expectation what the loop must make of it
 */
record Incident(
    String name,
    String about,
    Script script,
    boolean judged,
    Map<String, String> options,
    Expectation expectation) {

  /** What happens, as a function of the seed. */
  interface Script {
    /**
     * The acts in their order.
     *
     * @param size in which the incident is played
     */
    List<Act> acts(long seed, Size size);
  }

  /** How long incidents are. */
  enum Size {
    /** As few examples as show the loop's answer. */
    SHORT,
    /** As many as a claim about the loop rests on. */
    FULL;

    /** One of two numbers. */
    int of(int inShort, int inFull) {
      return this == SHORT ? inShort : inFull;
    }
  }
}
