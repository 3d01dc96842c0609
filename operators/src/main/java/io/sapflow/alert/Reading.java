package io.sapflow.alert;

import io.sapflow.schema.AlertEvidence;
import java.util.Map;

/**
 * A value that a rule watches.
 *
 * @param rule that watches it
 * @param labels what tells it from the rule's other values of the adapter: one judge or source;
 *     often nothing
 * @param value in the rule's unit
 * @param time when it was taken, epoch milliseconds
 * @param what the value says, in words
 * @param doing what has been done about it, in words
 * @param evidence what it rests on
 * @param tellsAnew whether people hear of it also where the alert fires already
 */
public record Reading(
    Rule rule,
    Map<String, String> labels,
    double value,
    long time,
    String what,
    String doing,
    AlertEvidence evidence,
    boolean tellsAnew) {

  /** One of which people hear where it makes the alert fire or resolve. */
  Reading(
      Rule rule,
      Map<String, String> labels,
      double value,
      long time,
      String what,
      String doing,
      AlertEvidence evidence) {
    this(rule, labels, value, time, what, doing, evidence, false);
  }

  /** The same, of which people hear also where the alert fires already. */
  Reading anew() {
    return new Reading(rule, labels, value, time, what, doing, evidence, true);
  }

  /** Names the state of the rule for these labels. */
  public String stateKey() {
    return StateKey.of(rule, labels);
  }
}
