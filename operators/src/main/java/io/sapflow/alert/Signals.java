package io.sapflow.alert;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.gate.Attribution;
import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertEvidence;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The signals of one adapter that cost nothing: its steps, the candidates that wait, and what went
 * to quarantine. Each method takes one and gives the rules what there is to watch.
 */
final class Signals {

  /** More than guessing among 160,000 tokens would lose, in nats. */
  private static final double GUESSING = 12;

  /** Weight of a step in the share of lost ones: about ten steps count. */
  private static final double STEP_WEIGHT = 0.1;

  /** Records that count for the quarantine's rate, and how many say enough. */
  private static final double RECORDS = 200;

  private static final double ENOUGH_RECORDS = 50;

  static final double MILLIS_PER_MINUTE = 60_000;

  private final int sourcePushes;
  private final SignalBook.Builder book;

  /**
   * The signals of an adapter.
   *
   * @param before what is remembered of it, null at first
   * @param sourcePushes the fewest examples with a known push that tell of a source
   */
  Signals(SignalBook before, int sourcePushes) {
    this.sourcePushes = sourcePushes;
    this.book = SignalBook.newBuilder(before == null ? SignalBook.newBuilder().build() : before);
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
    List<Reading> readings = new ArrayList<>();
    if (step.getOutcome() == StepStatus.COMMAND) {
      if (rolledBack) {
        readings.addAll(cleared(step, time));
      }
      readings.addAll(setAside(step, watched, time));
      return readings;
    }
    readings.add(diverged(step, time));
    // What a skipped step measured need not be numbers, and taught nothing.
    if (step.getOutcome() == StepStatus.TRAINED) {
      if (isNumber(step.getHarmAlignment())) {
        readings.add(drift(step, time));
      }
      List<SourceEvidence> pushes =
          step.getPushBySource().stream().filter(each -> isNumber(each.getMeanPush())).toList();
      book.setSources(SourceSignals.after(book.getSources(), pushes));
      readings.addAll(suspicious(step, pushes, watched, time));
    }
    count(step.getExamples(), 0);
    rate(step.getOffsets(), time, readings);
    return readings;
  }

  private static boolean isNumber(Double value) {
    return value != null && Double.isFinite(value);
  }

  /** What was summed since the last green version has been undone. */
  private List<Reading> cleared(TrainingStep step, long time) {
    cusum(cusum().cleared());
    book.setLostSteps(0);
    return List.of(lostSteps(step, time), driftSum(step, time));
  }

  private Reading diverged(TrainingStep step, long time) {
    boolean lost =
        step.getOutcome() == StepStatus.SKIPPED
            || step.getTaskLoss() == null
            || !(step.getTaskLoss() <= GUESSING);
    double share = book.getLostSteps() + STEP_WEIGHT * ((lost ? 1 : 0) - book.getLostSteps());
    book.setLostSteps(share);
    return lostSteps(step, time);
  }

  private Reading lostSteps(TrainingStep step, long time) {
    return reading(
        Rule.TRAINING_DIVERGED,
        Map.of(),
        book.getLostSteps(),
        time,
        words("share %.2f of recent steps lost", book.getLostSteps()),
        step.getReason() == null ? "training goes on" : step.getReason(),
        step.getOffsets());
  }

  private Reading drift(TrainingStep step, long time) {
    cusum(cusum().after(step.getHarmAlignment()));
    return driftSum(step, time);
  }

  private Reading driftSum(TrainingStep step, long time) {
    return reading(
        Rule.DRIFT,
        Map.of(),
        book.getCusum(),
        time,
        words("steps drift toward harm by a sum of %.1f deviations", book.getCusum()),
        "the next version is probed as usual",
        step.getOffsets());
  }

  private Cusum cusum() {
    return new Cusum(
        book.getAlignments(),
        book.getAlignmentMean(),
        book.getAlignmentVariance(),
        book.getCusum());
  }

  private void cusum(Cusum cusum) {
    book.setAlignments(cusum.count())
        .setAlignmentMean(cusum.mean())
        .setAlignmentVariance(cusum.variance())
        .setCusum(cusum.sum());
  }

  /** The strongest source and those that are watched already; others cannot be suspicious. */
  private List<Reading> suspicious(
      TrainingStep step, List<SourceEvidence> pushes, Set<String> watched, long time) {
    List<Reading> readings = new ArrayList<>();
    if (pushes.stream().noneMatch(source -> source.getPushes() > 0)) {
      return readings;
    }
    List<SourceEvidence> sources = Attribution.ranked(SourceSignals.evidence(book.getSources()));
    Set<String> left = new TreeSet<>(watched);
    for (int i = 0; i < sources.size(); i++) {
      SourceEvidence source = sources.get(i);
      if (left.remove(source.getSource()) || i == 0) {
        double deviations = Attribution.deviations(source, sources, sourcePushes).orElse(0);
        readings.add(suspicion(step, source.getSource(), deviations, time));
      }
    }
    left.forEach(gone -> readings.add(suspicion(step, gone, 0, time)));
    return readings;
  }

  /** A source that has been set aside pushes no more. */
  private List<Reading> setAside(TrainingStep step, Set<String> watched, long time) {
    Set<String> gone =
        step.getAppliedCommands().stream()
            .filter(command -> command.getKind() == CommandKind.QUARANTINE_SOURCE)
            .filter(command -> command.getOutcome() == CommandOutcome.APPLIED)
            .map(AppliedCommand::getTarget)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    book.setSources(
        book.getSources().stream().filter(known -> !gone.contains(known.getSource())).toList());
    return watched.stream()
        .filter(gone::contains)
        .map(source -> suspicion(step, source, 0, time))
        .toList();
  }

  private Reading suspicion(TrainingStep step, String source, double deviations, long time) {
    return reading(
        Rule.SOURCE_SUSPICIOUS,
        Map.of("source", source),
        deviations,
        time,
        words("source %s pushes toward harm %.1f deviations above the others", source, deviations),
        "until it is set aside its examples are trained, and each version is probed",
        step.getOffsets());
  }

  /** Takes a record that went to quarantine. */
  List<Reading> quarantined(QuarantinedRecord record, long time) {
    List<Reading> readings = new ArrayList<>();
    if (!QuarantineReason.decided(record)) {
      count(0, 1);
      rate(
          List.of(
              new OffsetRange(
                  record.getTopic(),
                  record.getPartition(),
                  record.getOffset(),
                  record.getOffset())),
          time,
          readings);
    }
    return readings;
  }

  private void count(int examples, int quarantined) {
    double left = Math.pow(1 - 1 / RECORDS, (double) examples + quarantined);
    book.setExamples(book.getExamples() * left + examples)
        .setQuarantined(book.getQuarantined() * left + quarantined);
  }

  private void rate(List<OffsetRange> offsets, long time, List<Reading> readings) {
    double all = book.getExamples() + book.getQuarantined();
    if (all >= ENOUGH_RECORDS) {
      double share = book.getQuarantined() / all;
      readings.add(
          reading(
              Rule.QUARANTINE_RATE,
              Map.of(),
              share,
              time,
              words("share %.2f of recent records went to quarantine", share),
              "they wait there with their bytes and reasons",
              offsets));
    }
  }

  /** Takes a version that was made; it waits for its report, unless an older one does. */
  void candidate(AdapterVersion version, long time) {
    book.setVersion(version.getVersion()).setVersionStep(version.getStep());
    if (book.getWaitingSince() == null) {
      book.setWaitingSince(time);
    }
  }

  /** Takes a judgement: a complete report ends the wait, or lets it begin anew. */
  List<Reading> judged(Judgement judgement, long time) {
    book.setPromotedVersion(judgement.promotedVersion());
    if (!judgement.report().getComplete()) {
      return List.of();
    }
    boolean newer = book.getVersionStep() > judgement.report().getStep();
    book.setWaitingSince(newer ? (Long) time : null);
    return List.of(overdue(0, time));
  }

  /** How long a candidate has waited by now. */
  List<Reading> waiting(long time) {
    return book.getWaitingSince() == null
        ? List.of()
        : List.of(overdue((time - book.getWaitingSince()) / MILLIS_PER_MINUTE, time));
  }

  /** Whether nothing but records in quarantine tells of the adapter: there may be none. */
  boolean onlyQuarantined() {
    return book.getVersion().isEmpty() && book.getStep() == 0;
  }

  /** That no record of such an adapter has come for a while. */
  List<Reading> forgotten(long time) {
    return List.of(
        reading(
            Rule.QUARANTINE_RATE,
            Map.of(),
            0,
            time,
            "no record went to quarantine of late",
            "they wait there with their bytes and reasons",
            List.of()));
  }

  /** The last value of a rule that is not in force any more. */
  Reading withdrawn(Rule rule, Map<String, String> labels, long time) {
    return reading(
        rule, labels, 0, time, "rule " + rule.key() + " is out of force", "nothing", List.of());
  }

  /** Since when a candidate waits, null when none does. */
  Long waitingSince() {
    return book.getWaitingSince();
  }

  private Reading overdue(double minutes, long time) {
    return reading(
        Rule.PROBE_OVERDUE,
        Map.of(),
        minutes,
        time,
        words("no complete report for %.1f minutes", minutes),
        "no version is promoted meanwhile; training goes on",
        List.of());
  }

  private Reading reading(
      Rule rule,
      Map<String, String> labels,
      double value,
      long time,
      String what,
      String doing,
      List<OffsetRange> offsets) {
    return new Reading(
        rule,
        labels,
        value,
        time,
        what,
        doing,
        AlertEvidence.newBuilder()
            .setVersion(book.getVersion())
            .setGeneration(book.getGeneration())
            .setStep(book.getStep())
            .setPromotedVersion(book.getPromotedVersion())
            .setOffsets(offsets)
            .setSources(Attribution.ranked(SourceSignals.evidence(book.getSources())))
            .build());
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
