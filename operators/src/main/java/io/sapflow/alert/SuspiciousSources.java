package io.sapflow.alert;

import io.sapflow.gate.Attribution;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rule source-suspicious: how far a source pushes toward harm above the others. */
final class SuspiciousSources {

  private final SignalBook.Builder book;
  private final SignalReadings readings;
  private final int sourcePushes;

  /**
   * The sources of an adapter.
   *
   * @param sourcePushes the fewest examples with a known push that tell of a source
   */
  SuspiciousSources(SignalBook.Builder book, SignalReadings readings, int sourcePushes) {
    this.book = book;
    this.readings = readings;
    this.sourcePushes = sourcePushes;
  }

  /**
   * Takes a step that trained. The strongest source is read, and those that are watched already;
   * others cannot be suspicious.
   *
   * @param watched labels of the sources whose alert fires or may soon resolve
   */
  List<Reading> after(TrainingStep step, Set<String> watched, long time) {
    // A push that is no number says nothing of its source.
    List<SourceEvidence> pushes =
        step.getPushBySource().stream()
            .filter(source -> Signals.isNumber(source.getMeanPush()))
            .toList();
    book.setSources(SourceSignals.after(book.getSources(), pushes));
    List<Reading> suspicions = new ArrayList<>();
    if (pushes.stream().noneMatch(source -> source.getPushes() > 0)) {
      return suspicions;
    }
    List<SourceEvidence> sources = Attribution.ranked(SourceSignals.evidence(book.getSources()));
    Set<String> left = new TreeSet<>(watched);
    for (int i = 0; i < sources.size(); i++) {
      SourceEvidence source = sources.get(i);
      if (left.remove(source.getSource()) || i == 0) {
        double deviations = Attribution.deviations(source, sources, sourcePushes).orElse(0);
        suspicions.add(reading(step, source.getSource(), deviations, time));
      }
    }
    left.forEach(gone -> suspicions.add(reading(step, gone, 0, time)));
    return suspicions;
  }

  /** Takes the answers to commands: a source that has been set aside pushes no more. */
  List<Reading> setAside(TrainingStep answers, Set<String> watched, long time) {
    Set<String> gone =
        answers.getAppliedCommands().stream()
            .filter(command -> command.getKind() == CommandKind.QUARANTINE_SOURCE)
            .filter(command -> command.getOutcome() == CommandOutcome.APPLIED)
            .map(AppliedCommand::getTarget)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    book.setSources(
        book.getSources().stream().filter(known -> !gone.contains(known.getSource())).toList());
    return watched.stream()
        .filter(gone::contains)
        .map(source -> reading(answers, source, 0, time))
        .toList();
  }

  private Reading reading(TrainingStep step, String source, double deviations, long time) {
    return readings.of(
        Rule.SOURCE_SUSPICIOUS,
        Map.of("source", source),
        deviations,
        time,
        SignalReadings.words(
            "source %s pushes toward harm %.1f deviations above the others", source, deviations),
        "until it is set aside its examples are trained, and each version is probed",
        step.getOffsets());
  }
}
