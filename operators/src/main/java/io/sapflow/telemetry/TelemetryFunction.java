package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.http.Authorization;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.IncidentBook;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Tells a collector of verdicts and incidents, each once the checkpoint that holds it is complete.
 * What was not taken then is state, and told again after a restart under the same ids. Incidents
 * are followed where nobody is to be told, too: of one that is over by then a collector that is
 * named later hears nothing.
 */
public final class TelemetryFunction extends KeyedProcessFunction<String, Seen, Void>
    implements CheckpointedFunction, CheckpointListener {

  private static final long serialVersionUID = 1;

  private final TelemetrySettings settings;

  private transient ListState<TelemetryItem> unsent;
  private transient ValueState<IncidentBook> books;
  private transient Uncommitted uncommitted;
  private transient Losses losses;

  /** Null where nobody is to be told. */
  private transient OtlpSenders senders;

  /** A function for a collector, or for none. */
  public TelemetryFunction(TelemetrySettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    unsent =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("unsent", TypeInformation.of(TelemetryItem.class)));
  }

  @Override
  public void open(OpenContext context) throws Exception {
    books =
        getRuntimeContext()
            .getState(
                new ValueStateDescriptor<>("incident", new AvroTypeInfo<>(IncidentBook.class)));
    uncommitted = new Uncommitted(OtlpSender.MOST_ITEMS);
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    Counter sent = metrics.counter(SapflowMetric.TELEMETRY_SENT);
    losses = new Losses(metrics.counter(SapflowMetric.TELEMETRY_DROPPED)::inc);
    List<TelemetryItem> restored = new ArrayList<>();
    unsent.get().forEach(restored::add);
    if (settings.isOn()) {
      String authorization = Authorization.ofVariable(TelemetrySettings.AUTHORIZATION, "");
      senders = new OtlpSenders(settings, authorization, sent::inc, losses);
      senders.send(restored);
    } else {
      losses.gaveUp(restored.size(), "there is no collector to tell any more");
    }
  }

  @Override
  public void processElement(Seen seen, Context context, Collector<Void> out) throws Exception {
    if (seen.judgement() == null && seen.step() < 0) {
      return; // An answer to a command for an adapter that there is none of.
    }
    long now = context.timerService().currentProcessingTime();
    IncidentTrace trace =
        new IncidentTrace(settings.job(), seen.adapterId(), settings.holds(), books.value());
    if (seen.judgement() == null) {
      trace.step(seen.step(), seen.rolledBack(), seen.millis(), now);
    } else {
      SpanId within = trace.judged(seen.judgement());
      add(Signal.LOGS, VerdictEvent.of(settings.job(), seen.judgement(), within, now));
    }
    trace.ended().forEach(span -> add(Signal.TRACES, span));
    books.update(trace.book());
  }

  private void add(Signal signal, ObjectNode json) {
    if (senders != null) {
      int gone = uncommitted.add(OtlpRequest.item(signal, json));
      losses.gaveUp(gone, "more than " + OtlpSender.MOST_ITEMS + " wait for a checkpoint");
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    List<TelemetryItem> items = new ArrayList<>();
    if (senders != null) {
      items.addAll(senders.waiting());
      items.addAll(uncommitted.heldBy(context.getCheckpointId()));
    }
    unsent.update(items);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    if (senders != null) {
      senders.send(uncommitted.completed(checkpointId));
    }
  }

  /** There may be none, or none yet. */
  @Override
  public void close() {
    if (senders != null) {
      senders.close();
    }
  }
}
