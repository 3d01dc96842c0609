package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How long each part of the loop took, in milliseconds. */
public final class LatencyBenchResult {

  private final Map<LoopStage, double[]> millis = new EnumMap<>(LoopStage.class);
  private final double[] trainedAfterVerdict;

  /** Of what has happened. */
  LatencyBenchResult(LoopLog log) {
    for (LoopStage stage : LoopStage.values()) {
      millis.put(stage, log.millis(stage).stream().mapToDouble(Double::doubleValue).toArray());
    }
    trainedAfterVerdict = log.incidents().stream().mapToDouble(log::trainedAfterVerdict).toArray();
  }

  /** Examples that were trained between verdict and rollback, in the median over incidents. */
  public double examplesTrainedAfterVerdict() {
    return Medians.of(trainedAfterVerdict);
  }

  /** Median of a stage; not a number where nothing has gone that way. */
  public double median(LoopStage stage) {
    return Medians.of(millis.get(stage));
  }

  private double p95(LoopStage stage) {
    return Medians.quantile(0.95, millis.get(stage));
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format("%-18s %8s %8s %6s", "milliseconds", "median", "p95", "of"));
    for (LoopStage stage : LoopStage.values()) {
      lines.add(
          String.format(
              "%-18s %8.0f %8.0f %6d",
              stage.word(), median(stage), p95(stage), millis.get(stage).length));
    }
    lines.add(
        String.format(
            "examples trained between a verdict and its rollback: %.0f in the median of %d incidents",
            examplesTrainedAfterVerdict(), trainedAfterVerdict.length));
    return lines;
  }

  /** As JSON; null where nothing has gone a stage's way. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    ArrayNode stages = json.putArray("stages");
    for (LoopStage stage : LoopStage.values()) {
      boolean none = millis.get(stage).length == 0;
      stages
          .addObject()
          .put("name", stage.word())
          .put("millisMedian", none ? null : (Double) median(stage))
          .put("millisP95", none ? null : (Double) p95(stage));
    }
    return json.put("examplesTrainedAfterVerdict", examplesTrainedAfterVerdict())
        .put("incidents", trainedAfterVerdict.length);
  }
}
