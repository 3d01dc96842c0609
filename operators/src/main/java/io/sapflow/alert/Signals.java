package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The signals of one adapter that cost nothing: its steps, the candidates that wait, and what went
 * to quarantine. Each method takes one and hands it to the rules that watch it.
 */
final class Signals {

  private final SignalBook.Builder book;
  private final SignalReadings readings;
  private final LostSteps lostSteps;
  private final Drift drift;
  private final SuspiciousSources sources;
  private final QuarantineRate quarantineRate;
  private final OverdueProbe overdueProbe;
  private final SafetySets safetySets;
  private final PointerLag pointerLag;
  private final OpenIncident openIncident;

  /**
   * The signals of an adapter.
   *
   * @param before what is remembered of it, null at first
   * @param sourcePushes the fewest examples with a known push that tell of a source
   */
  Signals(SignalBook before, int sourcePushes) {
    book = SignalBook.newBuilder(before == null ? SignalBook.newBuilder().build() : before);
    readings = new SignalReadings(book);
    lostSteps = new LostSteps(book, readings);
    drift = new Drift(book, readings);
    sources = new SuspiciousSources(book, readings, sourcePushes);
    quarantineRate = new QuarantineRate(book, readings);
    overdueProbe = new OverdueProbe(book, readings);
    safetySets = new SafetySets(book, readings);
    pointerLag = new PointerLag(book, readings);
    openIncident = new OpenIncident(book, readings);
  }

  /** What is to be remembered. */
  SignalBook book() {
    return book.build();
  }

  /**
   * Takes a step.
   *
   * @param watched labels of the sources whose alert fires or may soon resolve
   */
  List<Reading> step(TrainingStep step, Set<String> watched, long time) {
    boolean rolledBack = step.getGeneration() > book.getGeneration();
    book.setGeneration(step.getGeneration()).setStep(step.getStep());
    List<Reading> read = new ArrayList<>(safetySets.after(step, time));
    read.addAll(openIncident.answered(step, time));
    pointerLag.answered(step, time);
    if (step.getOutcome() == StepStatus.COMMAND) {
      if (rolledBack) {
        read.add(lostSteps.cleared(step, time));
        read.add(drift.cleared(step, time));
      }
      read.addAll(sources.setAside(step, watched, time));
      return read;
    }
    read.add(lostSteps.after(step, time));
    // What a skipped step measured need not be numbers, and taught nothing.
    if (step.getOutcome() == StepStatus.TRAINED) {
      if (isNumber(step.getHarmAlignment())) {
        read.add(drift.after(step, time));
      }
      read.addAll(sources.after(step, watched, time));
    }
    read.addAll(quarantineRate.after(step, time));
    return read;
  }

  static boolean isNumber(Double value) {
    return value != null && Double.isFinite(value);
  }

  /** Takes a record that went to quarantine. */
  List<Reading> quarantined(QuarantinedRecord record, long time) {
    return quarantineRate.after(record, time);
  }

  /** Takes a version that was made. */
  void candidate(AdapterVersion version, long time) {
    overdueProbe.made(version, time);
  }

  /** Takes a judgement. */
  List<Reading> judged(Judgement judgement, long time) {
    book.setPromotedVersion(judgement.promotedVersion());
    List<Reading> read = new ArrayList<>(overdueProbe.judged(judgement, time));
    read.addAll(safetySets.judged(judgement, time));
    pointerLag.judged(judgement, time);
    return read;
  }

  /** Takes what the pointer names; empty for nothing. */
  void pointer(String version, long time) {
    pointerLag.told(version, time);
  }

  /** For how long the pointer has differed by now; see {@link PointerLag#reading}. */
  List<Reading> pointerLag(long notBefore, long time) {
    return pointerLag.reading(notBefore, time);
  }

  /** How the incident stands by now. */
  List<Reading> incident(String adapterId, long time) {
    return List.of(openIncident.reading(adapterId, time));
  }

  /** Since when the pointer has named another version than is to be served, null when it does. */
  Long pointerDiffersSince() {
    return book.getDiffersSince();
  }

  /** How long a candidate has waited by now. */
  List<Reading> waiting(long time) {
    return overdueProbe.waiting(time);
  }

  /** Since when a candidate waits, null when none does. */
  Long waitingSince() {
    return book.getWaitingSince();
  }

  /** Whether nothing but records in quarantine tells of the adapter: there may be none. */
  boolean onlyQuarantined() {
    return book.getVersion().isEmpty() && book.getStep() == 0;
  }

  /** That no record of such an adapter has come for a while. */
  List<Reading> forgotten(long time) {
    return List.of(quarantineRate.forgotten(time));
  }

  /** The last value of a rule that is not in force any more. */
  Reading withdrawn(Rule rule, Map<String, String> labels, long time) {
    return readings.of(
        rule, labels, 0, time, "rule " + rule.key() + " is out of force", "nothing", List.of());
  }
}
