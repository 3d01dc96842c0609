package io.sapflow.ops.topics;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a file of examples is to a job.
 *
 * @param rows good and bad
 * @param good what it would train
 * @param bad what it would set aside, by the names of its reasons
 * @param duplicates good rows with a conversation that stood before them
 * @param unknownFields in how many rows fields stand that nothing is done with
 * @param lengths of good rows, in tokens, or in characters where no model was asked
 * @param truncated good rows of which the end is cut; null where no model was asked
 * @param notes what is not used, one line each
 */
public record DryRunReport(
    long rows,
    long good,
    SortedMap<String, Long> bad,
    long duplicates,
    SortedMap<String, Long> unknownFields,
    LengthCounts lengths,
    Long truncated,
    List<String> notes) {

  private static final double MEDIAN = 0.5;
  private static final double P95 = 0.95;

  /** Whether the job would train every row. */
  public boolean isGood() {
    return good == rows;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(rows + " rows: " + good + " good, " + (rows - good) + " bad");
    bad.forEach((reason, count) -> lines.add("  " + reason + ": " + count));
    lines.add(duplicates + " of the good ones are duplicates");
    lines.add(
        String.format(
            "length in %s: median %d, 95 %% up to %d, longest %d",
            truncated == null ? "characters" : "tokens",
            lengths.quantile(MEDIAN),
            lengths.quantile(P95),
            lengths.quantile(1)));
    lines.addAll(lengths.histogram());
    if (truncated != null) {
      lines.add(truncated + " are cut at the end (sapflow.tokens.max-length)");
    }
    lines.addAll(notes);
    return lines;
  }

  /** For programs. */
  public ObjectNode json() {
    ObjectNode root = JsonReport.object();
    root.put("rows", rows);
    root.put("good", good);
    ObjectNode reasons = root.putObject("bad");
    bad.forEach(reasons::put);
    root.put("duplicates", duplicates);
    ObjectNode fields = root.putObject("unknownFields");
    unknownFields.forEach(fields::put);
    if (truncated == null) {
      root.putNull("tokens");
      root.putNull("truncated");
    } else {
      root.putObject("tokens")
          .put("median", lengths.quantile(MEDIAN))
          .put("p95", lengths.quantile(P95))
          .put("max", lengths.quantile(1));
      root.put("truncated", truncated);
    }
    return root;
  }
}
