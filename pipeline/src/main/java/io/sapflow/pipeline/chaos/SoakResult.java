package io.sapflow.pipeline.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.pipeline.bench.Medians;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a soak went.
 *
 * @param memory resident bytes of both TaskManagers, sampled at equal intervals while it was fed
 */
public record SoakResult(
    Soak.Plan plan, Outcome outcome, Findings findings, List<Long> memory, double seconds) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Memory that grows by less than this share from the second quarter to the last is flat. */
  private static final double FLAT = 0.05;

  /** Share by which memory grew, from the median of the second quarter to that of the last. */
  public double growth() {
    int quarter = memory.size() / 4;
    return median(3 * quarter, memory.size()) / median(quarter, 2 * quarter) - 1;
  }

  private double median(int from, int to) {
    return Medians.of(memory.subList(from, to).stream().mapToDouble(Long::doubleValue).toArray());
  }

  /** Whether nothing was lost or told twice, and memory stayed flat. */
  public boolean holds() {
    return findings.examplesLost() == 0
        && findings.examplesTwice() == 0
        && findings.outputsTwiceOrMissing().isEmpty()
        && findings.promotedWithoutGreen().isEmpty()
        && growth() < FLAT;
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
            "examples lost %d, twice %d; outputs twice or missing %d; memory grew by %.1f %%",
            findings.examplesLost(),
            findings.examplesTwice(),
            findings.outputsTwiceOrMissing().size(),
            100 * growth()));
    lines.addAll(findings.outputsTwiceOrMissing());
    lines.addAll(findings.promotedWithoutGreen());
    return lines;
  }

  /** Writes the JSON object, if a file is given. */
  public void write(Path file) throws IOException {
    if (file == null) {
      return;
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("adapters", outcome.digests().size()).put("live", plan.live());
    json.put("examples", outcome.examples().size()).put("steps", outcome.steps().size());
    json.put("seconds", seconds);
    json.put("examplesLost", findings.examplesLost());
    json.put("examplesTwice", findings.examplesTwice());
    json.put("outputsTwiceOrMissing", findings.outputsTwiceOrMissing().size());
    json.put("promotedWithoutGreen", findings.promotedWithoutGreen().size());
    json.put("memoryGrowth", growth());
    memory.forEach(bytes -> json.withArrayProperty("residentMiB").add(bytes >> 20));
    JSON.writeValue(file.toFile(), json);
  }
}
