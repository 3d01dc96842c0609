package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How long starts took, in milliseconds by part.
 *
 * @param with the archive of classes
 * @param without it, each measured right before the one with it
 */
public record StartBenchResult(
    List<Map<Start.Part, Double>> with, List<Map<Start.Part, Double>> without) {

  private static double median(List<Map<Start.Part, Double>> starts, Start.Part part) {
    return Medians.of(starts.stream().mapToDouble(start -> start.get(part)).toArray());
  }

  private static double total(List<Map<Start.Part, Double>> starts) {
    return Medians.of(
        starts.stream()
            .mapToDouble(start -> start.values().stream().mapToDouble(Double::doubleValue).sum())
            .toArray());
  }

  /** The median of whole starts, with the archive. */
  public double totalMillis() {
    return total(with);
  }

  /** The same without it. */
  public double totalMillisBefore() {
    return total(without);
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format("%-10s %12s %12s", "median ms", "archive", "without"));
    for (Start.Part part : Start.Part.values()) {
      lines.add(line(part.word(), median(with, part), median(without, part)));
    }
    lines.add(line("total", totalMillis(), totalMillisBefore()));
    return lines;
  }

  private static String line(String name, double with, double without) {
    return String.format("%-10s %12.0f %12.0f", name, with, without);
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    var parts = json.putArray("parts");
    for (Start.Part part : Start.Part.values()) {
      parts
          .addObject()
          .put("name", part.word())
          .put("millisMedian", median(with, part))
          .put("millisMedianBefore", median(without, part));
    }
    return json.put("totalMillis", totalMillis()).put("totalMillisBefore", totalMillisBefore());
  }
}
