package io.sapflow.publish;

import io.sapflow.http.Authorization;
import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordBounds;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.UndecodableRecordException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells webhooks of committed alerts. What fires, and what is not yet acknowledged, is state: it is
 * told again after a restart. Without a webhook the state is kept all the same, so that one can be
 * named, or taken away, at any restart.
 */
public final class WebhookFunction
    extends KeyedProcessFunction<String, RawRecord, QuarantinedRecord>
    implements CheckpointListener {

  private static final long serialVersionUID = 1;

  private static final Logger LOG = LoggerFactory.getLogger(WebhookFunction.class);

  /** From telling to looking for the answer. */
  private static final long LOOK = Duration.ofSeconds(5).toMillis();

  /** After the first failure of a receiver. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final WebhookSettings settings;
  private final Duration commits;

  private transient RecordBounds bounds;
  private transient RecordCodec<SafetyAlert> codec;
  private transient Recipient recipient;
  private transient Deliveries deliveries;
  private transient ValueState<SafetyAlert> alerts;
  private transient ValueState<Boolean> acknowledged;
  private transient ValueState<Long> due;

  /** How an alert has resolved that is still told as firing. */
  private transient ValueState<SafetyAlert> cleared;

  private transient ValueState<Long> heldFrom;

  /** Null where nobody wants it. */
  private transient Heartbeat heartbeat;

  /**
   * A function for webhooks.
   *
   * @param commits time from one checkpoint to the next
   */
  public WebhookFunction(WebhookSettings settings, Duration commits) {
    this.settings = settings;
    this.commits = commits;
  }

  /** The key of a record of the alerts topic, which is its alert's fingerprint. */
  public static KeySelector<RawRecord, String> fingerprint() {
    return raw -> new String(raw.key(), StandardCharsets.UTF_8);
  }

  @Override
  public void open(OpenContext context) {
    bounds = new RecordBounds(EnvelopeLimits.DEFAULT);
    codec = RecordCodec.of(SafetyAlert.class);
    alerts = alertState("alert");
    cleared = alertState("cleared");
    heldFrom = getRuntimeContext().getState(new ValueStateDescriptor<>("held-from", Types.LONG));
    acknowledged =
        getRuntimeContext().getState(new ValueStateDescriptor<>("acknowledged", Types.BOOLEAN));
    due = getRuntimeContext().getState(new ValueStateDescriptor<>("due", Types.LONG));
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    Runnable posts = counting(metrics.counter(SapflowMetric.WEBHOOK_POSTS));
    Runnable failures = counting(metrics.counter(SapflowMetric.WEBHOOK_FAILURES));
    if (settings.kind() == WebhookKind.PAGERDUTY
        && !settings.urls().isEmpty()
        && System.getenv(WebhookSettings.ROUTING_KEY) == null) {
      LOG.error(
          "environment variable {}: found none, expected the integration key of the service: PagerDuty refuses every alert without it",
          WebhookSettings.ROUTING_KEY);
    }
    long repeat = settings.repeat().toMillis();
    recipient = settings.urls().isEmpty() ? Recipient.nobody(repeat) : senders(posts, failures);
    deliveries = new Deliveries(recipient, settings);
    if (settings.heartbeat() && settings.repeats()) {
      heartbeat = new Heartbeat(settings.repeat(), commits, System.currentTimeMillis());
    }
  }

  private ValueState<SafetyAlert> alertState(String name) {
    return getRuntimeContext()
        .getState(new ValueStateDescriptor<>(name, new AvroTypeInfo<>(SafetyAlert.class)));
  }

  private Recipient senders(Runnable posts, Runnable failures) {
    String authorization = Authorization.ofVariable(WebhookSettings.AUTHORIZATION, "");
    List<WebhookSender> senders = new ArrayList<>();
    for (URI url : settings.urls()) {
      Backoff backoff = new Backoff(FIRST_PAUSE);
      senders.add(new WebhookSender(settings, url, authorization, backoff, posts, failures));
    }
    long repeat = settings.repeat().toMillis();
    return new Recipients(senders, Math.min(LOOK, Math.max(1, repeat / 2)), repeat);
  }

  /** A count of all senders, each of which has a thread. */
  private static Runnable counting(Counter counter) {
    return () -> {
      synchronized (counter) {
        counter.inc();
      }
    };
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<QuarantinedRecord> out)
      throws Exception {
    try {
      bounds.check(raw);
      SafetyAlert alert = codec.decode(raw.value());
      if (alert.getFingerprint().equals(context.getCurrentKey())) {
        long now = context.timerService().currentProcessingTime();
        keep(deliveries.tell(known(), alert, now), context);
      } else {
        out.collect(
            quarantined(
                raw,
                QuarantineReason.INVALID_ALERT,
                "the key is not the alert's fingerprint, which is expected"));
      }
    } catch (RejectedRecordException e) {
      out.collect(Quarantine.record(raw, e));
    } catch (UndecodableRecordException e) {
      out.collect(quarantined(raw, e.reason(), e.getMessage()));
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<QuarantinedRecord> out)
      throws Exception {
    // A timer of an alert that has changed since has no say any more.
    if (due.value() != null && due.value() == timestamp) {
      keep(deliveries.next(known(), context.timerService().currentProcessingTime()), context);
    }
  }

  /** Null where nothing is to be told. */
  private Delivery known() throws Exception {
    return due.value() == null
        ? null
        : new Delivery(
            alerts.value(), acknowledged.value(), due.value(), cleared.value(), heldFrom.value());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    long now = System.currentTimeMillis();
    SafetyAlert beat = heartbeat == null ? null : heartbeat.beat(now);
    if (beat != null) {
      recipient.tell(beat, now);
    }
  }

  private void keep(Delivery delivery, Context context) throws Exception {
    if (delivery == null) {
      alerts.clear();
      acknowledged.clear();
      due.clear();
      cleared.clear();
      heldFrom.clear();
      return;
    }
    alerts.update(delivery.alert());
    acknowledged.update(delivery.acknowledged());
    due.update(delivery.due());
    cleared.update(delivery.cleared());
    heldFrom.update(delivery.heldFrom());
    context.timerService().registerProcessingTimeTimer(delivery.due());
  }

  private static QuarantinedRecord quarantined(
      RawRecord raw, QuarantineReason code, String message) {
    return Quarantine.record(raw, new RejectedRecordException("publish", code, message));
  }

  /** There may be none yet. */
  @Override
  public void close() {
    if (recipient != null) {
      recipient.close();
    }
  }
}
