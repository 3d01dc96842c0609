package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * How long an innocent adapter's examples took from being sent to being trained.
 *
 * @param runs each with a seed of its own
 */
public record FairnessBenchResult(List<Run> runs) {

  /**
   * Milliseconds of each of the innocent's examples.
   *
   * @param calm while nothing else was going on
   * @param ids beside new adapters
   * @param records beside one adapter's flood
   * @param sent examples of new adapters
   * @param refused of these, at least: those that were seen to be set aside
   */
  public record Run(
      List<Double> calm, List<Double> ids, List<Double> records, int sent, int refused) {

    private double over(List<Double> flood) {
      return p95(flood) / p95(calm);
    }
  }

  /** The way that 95 % of all take at most. */
  static double p95(List<Double> millis) {
    return Medians.quantile(0.95, array(millis));
  }

  static double median(List<Double> millis) {
    return Medians.of(array(millis));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private List<Double> all(Function<Run, List<Double>> part) {
    List<Double> all = new ArrayList<>();
    runs.forEach(run -> all.addAll(part.apply(run)));
    return all;
  }

  /** For a person. */
  public List<String> lines() {
    return List.of(
        String.format(
            "%-24s %8s %8s %16s", "from sent to trained, ms", "median", "p95", "p95 over calm's"),
        line("calm", Run::calm),
        line("new adapters", Run::ids),
        line("one adapter's flood", Run::records),
        "with new adapters the p95 is "
            + spread(Run::ids)
            + " times the calm one, with one adapter's flood "
            + spread(Run::records)
            + " times (least to most of "
            + runs.size()
            + " runs)");
  }

  private String line(String name, Function<Run, List<Double>> part) {
    List<Double> millis = all(part);
    return String.format(
        "%-24s %8.0f %8.0f %16.2f",
        name, median(millis), p95(millis), p95(millis) / p95(all(Run::calm)));
  }

  private String spread(Function<Run, List<Double>> part) {
    double[] ratios =
        runs.stream().mapToDouble(run -> run.over(part.apply(run))).sorted().toArray();
    return String.format("%.2f to %.2f", ratios[0], ratios[ratios.length - 1]);
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonReport.object()
            .put("calmMillisP95", p95(all(Run::calm)))
            .put("floodMillisP95", p95(all(Run::ids)))
            .put("recordsMillisP95", p95(all(Run::records)))
            .put("calmMillisMedian", median(all(Run::calm)))
            .put("floodMillisMedian", median(all(Run::ids)))
            .put("recordsMillisMedian", median(all(Run::records)));
    ArrayNode each = json.putArray("runs");
    for (Run run : runs) {
      each.addObject()
          .put("calmMillisP95", p95(run.calm()))
          .put("floodMillisP95", p95(run.ids()))
          .put("recordsMillisP95", p95(run.records()))
          .put("sentByNewAdapters", run.sent())
          .put("refused", run.refused());
    }
    return json;
  }
}
