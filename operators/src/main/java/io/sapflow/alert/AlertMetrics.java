package io.sapflow.alert;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LabelValues;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What an alert subtask tells of itself. Told by one thread. */
final class AlertMetrics {

  private final Map<Rule, AtomicInteger> firing = new EnumMap<>(Rule.class);
  private final Map<String, Counter> quarantined = new HashMap<>();
  private final Counter otherReasons;

  AlertMetrics(MetricGroup operator) {
    GroupMetrics root = GroupMetrics.of(operator);
    for (Rule rule : Rule.values()) {
      AtomicInteger count = new AtomicInteger();
      root.with(Label.RULE, rule.key()).count(SapflowMetric.ALERTS_FIRING, count::get);
      firing.put(rule, count);
    }
    for (QuarantineReason reason : QuarantineReason.values()) {
      quarantined.put(reason.name(), quarantined(root, reason.name()));
    }
    otherReasons = quarantined(root, LabelValues.OTHERS);
  }

  private static Counter quarantined(GroupMetrics root, String reason) {
    return root.with(Label.REASON, reason).counter(SapflowMetric.QUARANTINED);
  }

  /** A rule's alert stands so from now on. */
  void changed(Rule rule, boolean fired, boolean fires) {
    if (fired != fires) {
      firing.get(rule).addAndGet(fires ? 1 : -1);
    }
  }

  /** A record went to quarantine. */
  void quarantined(QuarantinedRecord record) {
    quarantined.getOrDefault(record.getReason(), otherReasons).inc();
  }
}
