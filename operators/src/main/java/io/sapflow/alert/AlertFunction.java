package io.sapflow.alert;

import io.sapflow.schema.AlertBook;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SignalBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  private static final long FORGET = Duration.ofHours(1).toMillis();

  /** A time that nobody waits for, in milliseconds; added to a date it does not overflow. */
  private static final double FAR = 1e15;

  private final List<AlertRule> rules;
  private final String runbook;
  private final int sourcePushes;
  private final Duration commits;

  private transient AlertDesk desk;
  private transient MapState<String, AlertBook> books;
  private transient ValueState<SignalBook> signals;

  /** When an adapter is forgotten of which nothing but records in quarantine is known. */
  private transient ValueState<Long> forgetAt;

  /** When the first record came since the start; 0 before. */
  private transient long started;

  /** Adapters that have been looked at since the start. */
  private transient Set<String> seen;

  private transient AlertMetrics metrics;

  /** Adapters whose alerts the metrics know. */
  private transient Set<String> counted;

  /**
   * A function.
   *
   * @param rules those in force
   * @param runbook address of the page that has a section for each rule
   * @param sourcePushes the fewest examples with a known push that tell of a source
   * @param commits time from one checkpoint to the next: until then nothing is committed
   */
  public AlertFunction(List<AlertRule> rules, String runbook, int sourcePushes, Duration commits) {
    this.commits = commits;
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
    forgetAt = getRuntimeContext().getState(new ValueStateDescriptor<>("forget-at", Types.LONG));
    seen = new HashSet<>();
    metrics = new AlertMetrics(getRuntimeContext().getMetricGroup());
    counted = new HashSet<>();
  }

  @Override
  public void processElement(Watched watched, Context context, Collector<SafetyAlert> out)
      throws Exception {
    if (watched.step() != null && watched.step().getStep() < 0) {
      return; // An answer to a command for an adapter that there is none of.
    }
    long now = context.timerService().currentProcessingTime();
    started(now);
    Signals known = new Signals(signals.value(), sourcePushes);
    count(watched.adapterId());
    withdraw(watched.adapterId(), known, now, out);
    List<Reading> readings = new ArrayList<>();
    if (watched.judgement() != null) {
      readings.addAll(known.judged(watched.judgement(), now));
      readings.addAll(ReportReadings.of(watched.judgement()));
      for (Rule rule : List.of(Rule.JUDGE_DOWN, Rule.JUDGE_UNSOUND)) {
        readings.addAll(ReportReadings.unasked(watched.judgement(), rule, restless(rule, "judge")));
      }
      wait(known, now, context);
    } else if (watched.step() != null) {
      readings.addAll(known.step(watched.step(), restless(Rule.SOURCE_SUSPICIOUS, "source"), now));
    } else if (watched.candidate() != null) {
      known.candidate(watched.candidate(), now);
      wait(known, now, context);
    } else if (watched.pointer() != null) {
      known.pointer(watched.pointer(), now);
    } else {
      metrics.quarantined(watched.quarantined());
      readings.addAll(known.quarantined(watched.quarantined(), now));
      remember(known, now, context);
    }
    if (watched.quarantined() == null) {
      readings.addAll(pointer(known, now, context));
    }
    SignalBook book = known.book();
    signals.update(book);
    if (book.getIncident() != null && !books.contains(Rule.INCIDENT.key())) {
      // The rule was not in force when it began, or its threshold was a higher one.
      readings.addAll(known.incident(watched.adapterId(), now));
    }
    observe(watched.adapterId(), readings, out);
    lookAtIncident(now, context);
  }

  /** Looks again when the incident has been open, or over, for long enough. */
  private void lookAtIncident(long now, Context context) throws Exception {
    AlertRule rule = desk.rule(Rule.INCIDENT);
    AlertBook book = books.get(Rule.INCIDENT.key());
    if (rule != null && book != null && book.getPendingSince() != null) {
      long lasts = book.getPendingSince() + rule.duration().toMillis();
      context.timerService().registerProcessingTimeTimer(Math.max(lasts, now + 1));
    }
  }

  /** Looks again when the candidate that waits is overdue, and when it has been for long enough. */
  private void wait(Signals known, long now, Context context) throws Exception {
    AlertRule rule = desk.rule(Rule.PROBE_OVERDUE);
    if (rule == null || known.waitingSince() == null) {
      return;
    }
    AlertBook book = books.get(Rule.PROBE_OVERDUE.key());
    if (book != null && book.getFiring()) {
      return;
    }
    long next =
        book == null
            ? known.waitingSince()
                + (long) Math.min(FAR, rule.threshold() * OverdueProbe.MILLIS_PER_MINUTE)
                + 1
            : book.getPendingSince() + rule.duration().toMillis();
    context.timerService().registerProcessingTimeTimer(Math.max(next, now + 1));
  }

  /** How far the pointer is behind; looks again when it has been for long enough. */
  private List<Reading> pointer(Signals known, long now, Context context) throws Exception {
    AlertRule rule = desk.rule(Rule.POINTER_DIFFERS);
    Long since = known.pointerDiffersSince();
    AlertBook book = books.get(Rule.POINTER_DIFFERS.key());
    if (rule == null || (since == null && book == null)) {
      return List.of();
    }
    if (since == null) {
      return known.pointerLag(now, now);
    }
    long notBefore = Math.max(since, started) + commits.toMillis();
    if (book == null || !book.getFiring()) {
      long fires = notBefore + (long) Math.min(FAR, rule.threshold() * 1000) + 1;
      long lasts = book == null ? 0 : book.getPendingSince() + rule.duration().toMillis();
      context.timerService().registerProcessingTimeTimer(Math.max(Math.max(fires, lasts), now + 1));
    }
    return known.pointerLag(notBefore, now);
  }

  private void started(long now) {
    if (started == 0) {
      started = now;
    }
  }

  /** What is known of records alone is forgotten after a while: ids in them may be made up. */
  private void remember(Signals known, long now, Context context) throws Exception {
    if (known.onlyQuarantined()) {
      if (forgetAt.value() == null) {
        context.timerService().registerProcessingTimeTimer(now + FORGET);
      }
      forgetAt.update(now + FORGET);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SafetyAlert> out)
      throws Exception {
    long now = context.timerService().currentProcessingTime();
    started(now);
    Signals known = new Signals(signals.value(), sourcePushes);
    count(context.getCurrentKey());
    observe(context.getCurrentKey(), known.waiting(now), out);
    if (known.pointerDiffersSince() != null) {
      observe(context.getCurrentKey(), pointer(known, now, context), out);
    }
    if (books.contains(Rule.INCIDENT.key())) {
      observe(context.getCurrentKey(), known.incident(context.getCurrentKey(), now), out);
      lookAtIncident(now, context);
    }
    wait(known, now, context);
    forget(known, now, context, out);
  }

  private void forget(Signals known, long now, OnTimerContext context, Collector<SafetyAlert> out)
      throws Exception {
    if (forgetAt.value() == null) {
      return;
    }
    if (!known.onlyQuarantined()) {
      forgetAt.clear();
    } else if (forgetAt.value() > now) {
      context.timerService().registerProcessingTimeTimer(forgetAt.value());
    } else {
      forgetAt.clear();
      observe(context.getCurrentKey(), known.forgotten(now), out);
      if (books.contains(Rule.QUARANTINE_RATE.key())) {
        remember(known, now, context); // The alert takes its time to resolve.
      } else {
        signals.clear();
        seen.remove(context.getCurrentKey());
        counted.remove(context.getCurrentKey());
      }
    }
  }

  /** What was firing when the job started. */
  private void count(String adapterId) throws Exception {
    if (counted.add(adapterId)) {
      for (Map.Entry<String, AlertBook> each : books.entries()) {
        StateKey.parse(each.getKey())
            .rule()
            .ifPresent(rule -> metrics.changed(rule, false, each.getValue().getFiring()));
      }
    }
  }

  /** Ends what fires by rules that are not in force since the job was started anew. */
  private void withdraw(String adapterId, Signals known, long now, Collector<SafetyAlert> out)
      throws Exception {
    if (!seen.add(adapterId)) {
      return;
    }
    List<String> gone = new ArrayList<>();
    for (String key : books.keys()) {
      Optional<Rule> rule = StateKey.parse(key).rule();
      if (rule.isEmpty() || desk.rule(rule.get()) == null) {
        gone.add(key);
      }
    }
    for (String key : gone) {
      StateKey parts = StateKey.parse(key);
      AlertBook book = books.get(key);
      if (book.getFiring() && parts.rule().isPresent()) {
        Reading last = known.withdrawn(parts.rule().get(), parts.labels(), now);
        out.collect(desk.withdrawn(adapterId, book, last));
      }
      parts.rule().ifPresent(rule -> metrics.changed(rule, book.getFiring(), false));
      books.remove(key);
    }
  }

  /** Values of the label of a rule's alerts that are not quiet. */
  private Set<String> restless(Rule rule, String label) throws Exception {
    Set<String> values = new TreeSet<>();
    for (String key : books.keys()) {
      if (key.startsWith(rule.key() + "{")) {
        values.add(StateKey.parse(key).labels().get(label));
      }
    }
    return values;
  }

  private void observe(String adapterId, List<Reading> readings, Collector<SafetyAlert> out)
      throws Exception {
    for (Reading reading : readings) {
      AlertBook known = books.get(reading.stateKey());
      Optional<AlertDesk.Observed> observed = desk.observe(adapterId, reading, known);
      if (observed.isPresent()) {
        AlertBook book = observed.get().book();
        keep(reading.stateKey(), known, book);
        metrics.changed(reading.rule(), known != null && known.getFiring(), book.getFiring());
        if (observed.get().alert() != null) {
          out.collect(observed.get().alert());
        }
      }
    }
  }

  /** A rule that is quiet takes no room. */
  private void keep(String key, AlertBook known, AlertBook book) throws Exception {
    if (book.getFiring() || book.getPendingSince() != null) {
      books.put(key, book);
    } else if (known != null) {
      books.remove(key);
    }
  }
}
