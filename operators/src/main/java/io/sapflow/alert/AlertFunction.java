package io.sapflow.alert;

import io.sapflow.schema.AlertBook;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SignalBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Watches each adapter's reports, steps, candidates and quarantined records. What rests on reports
 * is timed by them, all else by the clock.
 */
public final class AlertFunction extends KeyedProcessFunction<String, Watched, SafetyAlert> {

  private static final long serialVersionUID = 1;

  private final List<AlertRule> rules;
  private final String runbook;
  private final int sourcePushes;

  private transient AlertDesk desk;
  private transient MapState<String, AlertBook> books;
  private transient ValueState<SignalBook> signals;

  /**
   * A function.
   *
   * @param rules those in force
   * @param runbook address of the page that has a section for each rule
   * @param sourcePushes the fewest examples with a known push that tell of a source
   */
  public AlertFunction(List<AlertRule> rules, String runbook, int sourcePushes) {
    this.rules = new ArrayList<>(rules);
    this.runbook = runbook;
    this.sourcePushes = sourcePushes;
  }

  @Override
  public void open(OpenContext context) {
    desk = new AlertDesk(rules, runbook);
    books =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "alerts", Types.STRING, new AvroTypeInfo<>(AlertBook.class)));
    signals =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("signals", new AvroTypeInfo<>(SignalBook.class)));
  }

  @Override
  public void processElement(Watched watched, Context context, Collector<SafetyAlert> out)
      throws Exception {
    if (watched.step() != null && watched.step().getStep() < 0) {
      return; // An answer to a command for an adapter that there is none of.
    }
    long now = context.timerService().currentProcessingTime();
    Signals known = new Signals(signals.value(), sourcePushes);
    List<Reading> readings = new ArrayList<>();
    if (watched.judgement() != null) {
      readings.addAll(known.judged(watched.judgement(), now));
      readings.addAll(ReportReadings.of(watched.judgement()));
      wait(known, context);
    } else if (watched.step() != null) {
      readings.addAll(known.step(watched.step(), watchedSources(), now));
    } else if (watched.candidate() != null) {
      known.candidate(watched.candidate(), now);
      wait(known, context);
    } else {
      readings.addAll(known.quarantined(watched.quarantined(), now));
    }
    signals.update(known.book());
    observe(watched.adapterId(), readings, out);
  }

  /** Looks again when the candidate that waits is overdue; looking too often does no harm. */
  private void wait(Signals known, Context context) {
    AlertRule rule = desk.rule(Rule.PROBE_OVERDUE);
    if (rule != null && known.waitingSince() != null) {
      context
          .timerService()
          .registerProcessingTimeTimer(
              known.waitingSince() + (long) (rule.threshold() * 60_000) + 1);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SafetyAlert> out)
      throws Exception {
    Signals known = new Signals(signals.value(), sourcePushes);
    observe(
        context.getCurrentKey(),
        known.waiting(context.timerService().currentProcessingTime()),
        out);
  }

  /** Sources whose rule is not quiet. */
  private Set<String> watchedSources() throws Exception {
    Set<String> sources = new TreeSet<>();
    String prefix = Rule.SOURCE_SUSPICIOUS.key() + "{source=";
    for (String key : books.keys()) {
      if (key.startsWith(prefix)) {
        AlertBook book = books.get(key);
        if (book.getFiring() || book.getPendingSince() != null) {
          sources.add(key.substring(prefix.length(), key.length() - 1));
        }
      }
    }
    return sources;
  }

  private void observe(String adapterId, List<Reading> readings, Collector<SafetyAlert> out)
      throws Exception {
    for (Reading reading : readings) {
      AlertBook known = books.get(reading.stateKey());
      Optional<AlertDesk.Observed> observed = desk.observe(adapterId, reading, known);
      if (observed.isPresent()) {
        keep(reading.stateKey(), known, observed.get().book());
        if (observed.get().alert() != null) {
          out.collect(observed.get().alert());
        }
      }
    }
  }

  /** A rule that was never anything but quiet takes no room. */
  private void keep(String key, AlertBook known, AlertBook book) throws Exception {
    if (known != null || !book.equals(AlertMachine.quiet())) {
      books.put(key, book);
    }
  }
}
