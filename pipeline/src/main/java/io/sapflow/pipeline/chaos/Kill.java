package io.sapflow.pipeline.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What one kill cost, in seconds from the kill.
 *
 * @param moment when it was meant to come
 * @param secondsToDetected until the cluster, or for a broker its clients, could tell
 * @param secondsToRunning until all processes that the job needs served and all its tasks ran
 * @param secondsToFirstStep until the first step from then on was on the topic, before its
 *     transaction was committed
 */
record Kill(
    ChaosPlan.Target target,
    Moment moment,
    double secondsToDetected,
    double secondsToRunning,
    double secondsToFirstStep) {

  void write(ObjectNode json) {
    json.put("target", target.name().toLowerCase(Locale.ROOT))
        .put("moment", moment.name().toLowerCase(Locale.ROOT))
        .put("secondsToDetected", secondsToDetected)
        .put("secondsToRunning", secondsToRunning)
        .put("secondsToFirstStep", secondsToFirstStep);
  }
}
