package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a soak went.
 *
 * @param memory resident bytes of both TaskManagers, sampled at equal intervals while it was fed
 */
public record SoakResult(
    Soak.Plan plan, Outcome outcome, Faults faults, List<Long> memory, double seconds) {

  /** Memory that grows by less than this share over the last three quarters is flat. */
  private static final double FLAT = 0.05;

  /**
   * How much memory grew over the last three quarters of the run, by the line that fits its samples
   * best, as a share of their mean. The first quarter is left to heaps and caches that fill.
   */
  public double growth() {
    List<Long> samples = counted();
    double middle = (samples.size() - 1) / 2.0;
    double mean = mean();
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < samples.size(); i++) {
      covariance += (i - middle) * (samples.get(i) - mean);
      variance += (i - middle) * (i - middle);
    }
    return covariance / variance * (samples.size() - 1) / mean;
  }

  private double mean() {
    return counted().stream().mapToLong(Long::longValue).average().orElse(Double.NaN);
  }

  private List<Long> counted() {
    return memory.subList(memory.size() / 4, memory.size());
  }

  /** Whether nothing was lost or told twice, and memory stayed flat. */
  public boolean holds() {
    return faults.none() && Math.abs(growth()) < FLAT;
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d examples of %d adapters, %d live at once: %d steps in %.0f s",
            outcome.examples().size(),
            outcome.digests().size(),
            plan.live(),
            outcome.steps().size(),
            seconds));
    lines.add(
        String.format(
            Locale.ROOT,
            "memory of both TaskManagers: %.0f MiB, growing by %.1f %% over the last three quarters",
            mean() / (1 << 20),
            100 * growth()));
    lines.addAll(faults.lines());
    return lines;
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    json.put("adapters", outcome.digests().size()).put("live", plan.live());
    json.put("examples", outcome.examples().size()).put("steps", outcome.steps().size());
    json.put("seconds", seconds);
    faults.write(json);
    json.put("memoryGrowth", growth());
    memory.forEach(bytes -> json.withArrayProperty("residentMiB").add(bytes >> 20));
    return json;
  }
}
