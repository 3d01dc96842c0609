package io.sapflow.lab.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * How an incident went, and whether it went as it should.
 *
 * @param name of the incident
 * @param seed it was played with
 * @param alertsExpected rules that had to fire
 * @param alerts rules that fired, in their order
 * @param promotedAboveLimit versions that were promoted without a green report
 * @param poisonedSourceRank from 1, in the alert's evidence; null without poison or alert
 * @param stepsToAlert from the first step that trained poison to the alert's; null likewise
 * @param steps that trained
 * @param seconds that it took
 * @param faults what went wrong, in words
 */
record IncidentResult(
    String name,
    long seed,
    List<String> alertsExpected,
    List<String> alerts,
    int promotedAboveLimit,
    Integer poisonedSourceRank,
    Long stepsToAlert,
    int steps,
    double seconds,
    List<String> faults) {

  /** Of an incident that could not be played to its end. */
  static IncidentResult broken(Incident incident, long seed, String why) {
    return new IncidentResult(
        incident.name(),
        seed,
        incident.expectation().alerts(),
        List.of(),
        0,
        null,
        null,
        0,
        0,
        List.of("it could not be played to its end: " + why));
  }

  /** Whether all of it holds. */
  boolean pass() {
    return faults.isEmpty();
  }

  /** For people, in a line; what went wrong follows. */
  String line() {
    return String.format(
            Locale.ROOT,
            "%-4s %-22s seed %d  %5d steps %6.1f s  alerts %-28s rank %-4s steps to alert %s",
            pass() ? "ok" : "FAIL",
            name,
            seed,
            steps,
            seconds,
            alerts.isEmpty() ? "none" : String.join(",", alerts),
            poisonedSourceRank == null ? "-" : poisonedSourceRank,
            stepsToAlert == null ? "-" : stepsToAlert)
        .stripTrailing();
  }

  /** As JSON. */
  void write(ObjectNode node) {
    node.put("name", name).put("seed", seed).put("pass", pass());
    strings(node.putArray("alertsExpected"), alertsExpected);
    strings(node.putArray("alerts"), alerts);
    node.put("promotedAboveLimit", promotedAboveLimit)
        .put("poisonedSourceRank", poisonedSourceRank)
        .put("stepsToAlert", stepsToAlert)
        .put("steps", steps)
        .put("seconds", seconds);
    strings(node.putArray("faults"), faults);
  }

  private static void strings(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
