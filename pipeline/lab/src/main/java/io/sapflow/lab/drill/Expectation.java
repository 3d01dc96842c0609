package io.sapflow.lab.drill;

import io.sapflow.schema.CommandOutcome;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the loop must make of an incident.
 *
 * @param alerts rules that must fire; the first one is the alert that the incident is about
 * @param allowed rules that may fire beside them
 * @param poisonedSource must rank first in the alert's evidence; null without poison
 * @param resolved whether the alerts must have resolved at the end
 * @param served whether the last version made must have been promoted
 * @param rejectedFor a version must have been rejected with a reason that holds this; null for none
 * @param answers what must have become of the commands, by id
 * @param setAside how many examples must have been set aside, by reason, while all others were
 *     trained; null where it is not counted
 */
record Expectation(
    List<String> alerts,
    Set<String> allowed,
    String poisonedSource,
    boolean resolved,
    boolean served,
    String rejectedFor,
    Map<String, CommandOutcome> answers,
    Map<String, Integer> setAside) {

  /** No alert, and the last version is served. */
  static final Expectation QUIET =
      new Expectation(List.of(), Set.of(), null, false, true, null, Map.of(), null);

  /** These alerts, which resolve, and in the end the last version is served. */
  static Expectation passing(String... alerts) {
    return new Expectation(List.of(alerts), Set.of(), null, true, true, null, Map.of(), null);
  }

  /** The same, and these may fire as well. */
  Expectation allowing(String... rules) {
    return new Expectation(
        alerts, Set.of(rules), poisonedSource, resolved, served, rejectedFor, answers, setAside);
  }

  /** The same, because of a source that must rank first. */
  Expectation blaming(String source) {
    return new Expectation(
        alerts, allowed, source, resolved, served, rejectedFor, answers, setAside);
  }

  /** The alerts last to the end, and a version is rejected for this reason. */
  Expectation lasting(String reason) {
    return new Expectation(
        alerts, allowed, poisonedSource, false, false, reason, answers, setAside);
  }

  /** The same, and commands are answered like this. */
  Expectation answering(Map<String, CommandOutcome> outcomes) {
    return new Expectation(
        alerts, allowed, poisonedSource, resolved, served, rejectedFor, outcomes, setAside);
  }

  /** The same, and so many examples are set aside, by reason, and all others trained. */
  Expectation settingAside(Map<String, Integer> examples) {
    return new Expectation(
        alerts, allowed, poisonedSource, resolved, served, rejectedFor, answers, examples);
  }
}
