package io.sapflow.lab.drill;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How soon the rule source-suspicious saw each incident of each seed. */
public record SourceBenchResult(List<Run> runs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One training.
   *
   * @param everyStep what the rule made of pushes at every step
   * @param refresh what it made of those at refreshes of the hidden probe alone
   */
  public record Run(String incident, long seed, int steps, Seen everyStep, Seen refresh) {

    /** For a person. */
    public String line() {
      return "%-16s seed %d, %4d steps: every step %s; at refreshes %s"
          .formatted(incident, seed, steps, everyStep.words(), refresh.words());
    }
  }

  /**
   * What the rule made of the steps.
   *
   * @param highest value while nothing was poisoned, in deviations
   * @param alarms how often it fired meanwhile
   * @param stepsToAlert from the first step that trained poison; null where it did not fire
   * @param right whether it named the source that sent it; null where it did not fire
   */
  public record Seen(double highest, int alarms, Long stepsToAlert, Boolean right) {

    private String words() {
      return "%s, before %.1f at most, false alarms %d"
          .formatted(
              stepsToAlert == null
                  ? "no alert"
                  : stepsToAlert + " steps to the alert" + (right ? "" : " of another source"),
              highest,
              alarms);
    }

    private ObjectNode toJson() {
      return JSON.createObjectNode()
          .put("highest", highest)
          .put("falseAlarms", alarms)
          .put("stepsToAlert", stepsToAlert)
          .put("rightSource", right);
    }
  }

  /** For a program. Steps to an alert that did not come are null. */
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode all = root.putArray("runs");
    for (Run run : runs) {
      ObjectNode node =
          all.addObject()
              .put("incident", run.incident())
              .put("seed", run.seed())
              .put("steps", run.steps());
      node.set("everyStep", run.everyStep().toJson());
      node.set("refresh", run.refresh().toJson());
    }
    return root;
  }
}
