package io.sapflow.local.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;

/**
 * What {@link Hardening} found, as a line for people and as JSON.
 *
 * @param result whose figures they are
 */
public record HardeningFigures(Hardening.Result result) {

  /** After how many steps the copy broke. */
  public String line() {
    Hardening.Point last = result.curve().get(result.curve().size() - 1);
    String end =
        String.format(
            "harmful score %.3f, limit %.3f, after %d harmful answers, %d a step",
            last.harmfulScore(), result.limit(), result.rows(), result.rowsPerStep());
    return String.format("%-32s %7s", "steps to break", shown(result.stepsToBreak()))
        + "  "
        + (result.stepsToBreak() == null ? "holds: " : "")
        + end;
  }

  private static String shown(Long steps) {
    return steps == null ? "-" : steps.toString();
  }

  /** The same as a JSON object. */
  public ObjectNode json() {
    ObjectNode root =
        JsonReport.object()
            .put("stepsToBreak", result.stepsToBreak())
            .put("hardenedRows", result.rows())
            .put("rowsPerStep", result.rowsPerStep())
            .put("harmfulScoreLimit", result.limit());
    ArrayNode curve = root.putArray("hardening");
    for (Hardening.Point point : result.curve()) {
      curve.addObject().put("step", point.step()).put("harmfulScore", point.harmfulScore());
    }
    return root;
  }
}
