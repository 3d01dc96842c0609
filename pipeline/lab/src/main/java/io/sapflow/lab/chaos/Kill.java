package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What one fault cost, in seconds from its begin.
 *
 * @param moment when it was meant to come
 * @param momentMet whether it came then
 * @param secondsToDetected of a TaskManager, until the JobManager had stopped the job's tasks; of
 *     the JobManager and the broker, until their ports refused a client; of what kills nothing,
 *     until it was over
 * @param secondsToRunning until all processes that the job needs served and all its tasks ran
 * @param secondsToFirstStep until the first step that had not been made before was on the topic,
 *     before its transaction was committed
 */
record Kill(
    ChaosPlan.Target target,
    Moment moment,
    boolean momentMet,
    double secondsToDetected,
    double secondsToRunning,
    double secondsToFirstStep) {

  void write(ObjectNode json) {
    json.put("target", target.name().toLowerCase(Locale.ROOT))
        .put("moment", moment.name().toLowerCase(Locale.ROOT))
        .put("momentMet", momentMet)
        .put("secondsToDetected", secondsToDetected)
        .put("secondsToRunning", secondsToRunning)
        .put("secondsToFirstStep", secondsToFirstStep);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (%s%s), %s after %.1f s, running after %.1f s, first new step after %.1f s",
        target.name().toLowerCase(Locale.ROOT),
        moment.name().toLowerCase(Locale.ROOT),
        momentMet ? "" : ", not met",
        target.isKill() ? "noticed" : "over",
        secondsToDetected,
        secondsToRunning,
        secondsToFirstStep);
  }
}
