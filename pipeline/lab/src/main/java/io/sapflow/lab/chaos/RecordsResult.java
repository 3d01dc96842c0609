package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of hostile records, and of the good ones between them.
 *
 * @param sent what the broker took
 * @param quarantined by reason
 * @param goodTrained good ones in a step, each once
 * @param rejectedPerSecond from the first record to the last that was set aside
 * @param heapIdleMiB of the job's JVM after a collection, before the records
 * @param heapMaxMiB the same, the most while they came
 * @param checkpointsToGood checkpoints until a good window behind all of them was trained
 */
public record RecordsResult(
    long sent,
    long trained,
    Map<String, Integer> quarantined,
    int goodSent,
    int goodTrained,
    int restarts,
    double rejectedPerSecond,
    long heapIdleMiB,
    long heapMaxMiB,
    long largestRecordMiB,
    long checkpointsToGood) {

  private static final int MOST_CHECKPOINTS = 2;

  private long setAside() {
    return quarantined.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Whether nothing was lost, nothing stopped the job, and memory stayed bounded. */
  public boolean holds() {
    return sent == trained + setAside()
        && goodTrained == goodSent
        && restarts == 0
        && heapMaxMiB <= 1.2 * heapIdleMiB + 4 * largestRecordMiB
        && checkpointsToGood <= MOST_CHECKPOINTS;
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    json.put("sent", sent).put("trained", trained).put("quarantined", setAside());
    json.put("goodSent", goodSent).put("goodTrained", goodTrained).put("restarts", restarts);
    json.put("rejectedPerSecond", rejectedPerSecond);
    json.put("heapIdleMiB", heapIdleMiB).put("heapMaxMiB", heapMaxMiB);
    json.put("largestRecordMiB", largestRecordMiB).put("checkpointsToGood", checkpointsToGood);
    json.put("pass", holds());
    return json;
  }

  /** For a person. */
  public List<String> lines() {
    return List.of(
        String.format(
            Locale.ROOT,
            "%d records taken by the broker: %d trained, %d set aside %s",
            sent,
            trained,
            setAside(),
            quarantined),
        String.format(
            Locale.ROOT,
            "%d of %d good ones trained, the last within %d checkpoints; %d restarts; %.0f records a"
                + " second set aside",
            goodTrained,
            goodSent,
            checkpointsToGood,
            restarts,
            rejectedPerSecond),
        String.format(
            Locale.ROOT,
            "heap after collection: %d MiB idle, %d MiB at most; the largest record has %d MiB",
            heapIdleMiB,
            heapMaxMiB,
            largestRecordMiB));
  }
}
