package io.sapflow.lab.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What a comparison came to.
 *
 * @param curves of each method by its name, in the order of the seeds
 * @param defaults settings that all methods share, by name
 */
public record ComparisonResult(Map<String, List<Curve>> curves, ObjectNode defaults) {

  /** The task losses at which methods are compared, the first before the others. */
  public static final List<Double> TASK_LOSSES = List.of(0.02, 0.01);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Plain fine-tuning's curves. */
  public List<Curve> plain() {
    return curves.get(ComparedMethod.PLAIN);
  }

  /** The JSON object that {@code compare} writes. */
  public ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("seeds", plain().size());
    root.set("defaults", defaults);
    ObjectNode methods = root.putObject("methods");
    curves.forEach((name, runs) -> addRuns(methods.putObject(name).putArray("runs"), runs));
    root.set("atEqualTaskLoss", atTaskLoss(TASK_LOSSES.get(0)));
    ArrayNode others = root.putArray("alsoAtEqualTaskLoss");
    TASK_LOSSES.stream().skip(1).forEach(loss -> others.add(atTaskLoss(loss)));
    ObjectNode end = root.putObject("atEnd");
    curves.forEach((name, runs) -> end.set(name, JSON.valueToTree(AtEnd.of(runs, plain()))));
    return root;
  }

  private static void addRuns(ArrayNode array, List<Curve> runs) {
    for (Curve run : runs) {
      ArrayNode points = array.addObject().put("seed", run.seed()).putArray("curve");
      run.points().forEach(point -> points.add(JSON.<ObjectNode>valueToTree(point)));
    }
  }

  private ObjectNode atTaskLoss(double loss) {
    ObjectNode node = JSON.createObjectNode().put("taskLoss", loss);
    curves.forEach(
        (name, runs) -> {
          AtTaskLoss found = AtTaskLoss.of(loss, runs, plain());
          ObjectNode method = node.putObject(name);
          method
              .put("seedsThatReachIt", found.seeds())
              .put("harmfulScore", found.harmfulScore())
              .put("harmfulScoreByOpening", found.harmfulScoreByOpening())
              .put("stepsToTaskLoss", found.steps());
          method
              .putObject("harmfulScoreOverSft")
              .put("mean", found.overPlain())
              .put("min", found.least())
              .put("max", found.most());
        });
    return node;
  }
}
