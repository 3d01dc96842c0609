package io.sapflow.gate;

import io.sapflow.metrics.MetricLimits;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.GateBook;
import io.sapflow.schema.ProbeReport;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Judges the reports of each adapter in their order. */
public final class GateFunction extends KeyedProcessFunction<String, ProbeReport, Judgement> {

  private static final long serialVersionUID = 1;

  private final GateLimits limits;
  private final MetricLimits metricLimits;
  private final OutputTag<AdapterVersion> versions;

  private transient Gate gate;
  private transient ValueState<GateBook> books;
  private transient GateMetrics metrics;

  /**
   * A function.
   *
   * @param versions where versions go whose status the verdict changes
   */
  public GateFunction(
      GateLimits limits, MetricLimits metricLimits, OutputTag<AdapterVersion> versions) {
    this.limits = limits;
    this.metricLimits = metricLimits;
    this.versions = versions;
  }

  @Override
  public void open(OpenContext context) {
    gate = new Gate(limits);
    books =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("gate", new AvroTypeInfo<>(GateBook.class)));
    metrics =
        new GateMetrics(
            getRuntimeContext().getMetricGroup(),
            metricLimits,
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks());
  }

  @Override
  public void processElement(ProbeReport report, Context context, Collector<Judgement> out)
      throws Exception {
    GateBook book = books.value() == null ? Gate.fresh() : books.value();
    Judgement judgement = gate.judge(report, book);
    books.update(Gate.after(judgement, book));
    out.collect(judgement);
    AdapterVersion version = VersionStatuses.of(judgement);
    if (version != null) {
      context.output(versions, version);
    }
    metrics.judged(judgement);
  }
}
