package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.alert.AlertRule;
import io.sapflow.gate.GateLimits;
import io.sapflow.job.JobSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one run did not tell its readers once, or stored wrongly.
 *
 * @param examplesLost that were neither trained nor set aside
 * @param examplesTwice that were trained or set aside more than once
 * @param outputs in words: records that came twice, out of turn or not at all, and versions that
 *     are not whole in the store
 * @param promotedWithoutGreen in words: versions that were promoted though their report is not
 *     green, or is missing
 */
record Faults(
    int examplesLost, int examplesTwice, List<String> outputs, List<String> promotedWithoutGreen) {

  /** Looks at a run of a job with these settings. */
  static Faults of(Outcome outcome, JobSettings settings) {
    return of(outcome, settings.gate(), settings.alerts());
  }

  static Faults of(Outcome outcome, GateLimits limits, List<AlertRule> rules) {
    ExampleCount examples = new ExampleCount(outcome);
    LoopReplay replay = new LoopReplay(outcome, limits, rules);
    List<String> outputs = new ArrayList<>(OutputOrder.faults(outcome));
    outputs.addAll(examples.rolledBackFaults());
    outputs.addAll(replay.faults());
    outputs.addAll(outcome.storeFaults());
    return new Faults(examples.lost(), examples.twice(), outputs, replay.promotedWithoutGreen());
  }

  /** Whether there is none. */
  boolean none() {
    return examplesLost == 0
        && examplesTwice == 0
        && outputs.isEmpty()
        && promotedWithoutGreen.isEmpty();
  }

  /** All of them in words; of examples their number. */
  List<String> words() {
    List<String> words = new ArrayList<>(outputs);
    words.addAll(promotedWithoutGreen);
    if (examplesLost + examplesTwice > 0) {
      words.add(examplesLost + " examples lost, " + examplesTwice + " twice");
    }
    return words;
  }

  /** Adds the counts. */
  void write(ObjectNode json) {
    json.put("examplesLost", examplesLost);
    json.put("examplesTwice", examplesTwice);
    json.put("outputsTwiceOrMissing", outputs.size());
    json.put("promotedWithoutGreen", promotedWithoutGreen.size());
  }

  /** For a person. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "examples lost %d, twice %d; outputs twice or missing %d; promoted without green %d",
            examplesLost,
            examplesTwice,
            outputs.size(),
            promotedWithoutGreen.size()));
    lines.addAll(outputs);
    lines.addAll(promotedWithoutGreen);
    return lines;
  }
}
