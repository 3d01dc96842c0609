package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;

/** What checkpoints cost, by size. */
public record CheckpointBenchResult(List<Size> sizes) {

  /**
   * One size.
   *
   * @param mebibytes of adapter state, as asked for
   * @param syncMillis median, from the second checkpoint on: the trainer stands still
   * @param asyncMillis median, from the second checkpoint on: written beside the work
   * @param restoreMillis after a failure: opening the trainer with its state, and what its first
   *     step took longer than a usual one
   * @param bytes of the last checkpoint, of the whole job
   */
  public record Size(
      int mebibytes, double syncMillis, double asyncMillis, double restoreMillis, long bytes) {}

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%10s %20s %20s %12s %14s",
            "state MiB", "synchronous ms", "asynchronous ms", "restore ms", "bytes"));
    for (Size size : sizes) {
      lines.add(
          String.format(
              "%10d %20.0f %20.0f %12.0f %14d",
              size.mebibytes(),
              size.syncMillis(),
              size.asyncMillis(),
              size.restoreMillis(),
              size.bytes()));
    }
    return lines;
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    ArrayNode states = json.putArray("states");
    for (Size size : sizes) {
      states
          .addObject()
          .put("mebibytes", size.mebibytes())
          .put("syncMillisMedian", size.syncMillis())
          .put("asyncMillisMedian", size.asyncMillis())
          .put("restoreMillis", size.restoreMillis())
          .put("bytes", size.bytes());
    }
    return json;
  }
}
