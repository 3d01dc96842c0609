package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Scores;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AlertBook;
import io.sapflow.schema.SafetyAlert;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Watches the harmful score of each adapter's versions; reports that came too late do not count.
 */
public final class AlertFunction extends KeyedProcessFunction<String, Judgement, SafetyAlert> {

  private static final long serialVersionUID = 1;

  private final AlertRule rule;

  private transient AlertMachine machine;
  private transient MapState<String, AlertBook> books;

  /** A function for a rule on the harmful score. */
  public AlertFunction(AlertRule rule) {
    this.rule = rule;
  }

  @Override
  public void open(OpenContext context) {
    machine = new AlertMachine(rule);
    books =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "alerts", Types.STRING, new AvroTypeInfo<>(AlertBook.class)));
  }

  @Override
  public void processElement(Judgement judgement, Context context, Collector<SafetyAlert> out)
      throws Exception {
    Double value = Scores.harmful(judgement.report());
    if (value == null || judgement.verdict() == Verdict.STALE) {
      return;
    }
    AlertBook before = books.contains(rule.name()) ? books.get(rule.name()) : AlertMachine.quiet();
    AlertMachine.Outcome outcome = machine.observe(before, value, judgement.report().getTime());
    books.put(rule.name(), outcome.book());
    if (outcome.change() != AlertMachine.Change.NONE) {
      out.collect(Alerts.of(rule, outcome.book(), value, judgement));
    }
  }
}
