package io.sapflow.alert;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.IncidentSignal;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rule incident: how many rollbacks and quarantines of sources were carried out that nobody has
 * acknowledged. Those of one adapter are one incident until then.
 */
final class OpenIncident {

  /** So many sources are named, the last ones. */
  private static final int NAMED = 8;

  private static final String NOBODY_KNOWS = "(unknown)";

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  OpenIncident(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a step's answers to commands; each that changes the incident is a reading. */
  List<Reading> answered(TrainingStep step, long time) {
    List<Reading> read = new ArrayList<>();
    for (AppliedCommand answer : step.getAppliedCommands()) {
      if (answer.getOutcome() != CommandOutcome.APPLIED) {
        continue;
      }
      switch (answer.getKind()) {
        case ROLLBACK -> rolledBack(answer, time);
        case QUARANTINE_SOURCE -> setAside(answer, time);
        case ACKNOWLEDGE -> {
          book.setIncident(null);
          read.add(none(time, "acknowledged by " + issuer(answer) + ": " + answer.getReason()));
          continue;
        }
        default -> {
          continue;
        }
      }
      read.add(reading(step.getAdapterId(), time).anew());
    }
    return read;
  }

  private void rolledBack(AppliedCommand answer, long time) {
    IncidentSignal incident = joined(answer, time);
    incident.setRollbacks(incident.getRollbacks() + 1);
    incident.setVersion(answer.getTarget());
    incident.setServed(servedAfter(incident.getServed(), answer.getTarget()));
  }

  private void setAside(AppliedCommand answer, long time) {
    IncidentSignal incident = joined(answer, time);
    incident.setQuarantines(incident.getQuarantines() + 1);
    List<String> sources = new ArrayList<>(incident.getSources());
    String source = answer.getTarget() == null ? NOBODY_KNOWS : answer.getTarget();
    sources.remove(source);
    sources.add(source);
    incident.setSources(
        List.copyOf(sources.subList(Math.max(0, sources.size() - NAMED), sources.size())));
  }

  /** The incident that an answer belongs to, which may be its first. */
  private IncidentSignal joined(AppliedCommand answer, long time) {
    IncidentSignal before = book.getIncident();
    IncidentSignal incident =
        before == null
            ? IncidentSignal.newBuilder()
                .setFirstTime(time)
                .setLastTime(time)
                .setIssuer(issuer(answer))
                .build()
            : before;
    incident.setLastTime(time);
    incident.setIssuer(issuer(answer));
    String pointer = book.getPointer();
    incident.setServed(pointer == null || pointer.isEmpty() ? book.getPromotedVersion() : pointer);
    book.setIncident(incident);
    return incident;
  }

  /** A rollback takes the pointer with it, unless it names that version or an older one. */
  private static String servedAfter(String before, String target) {
    boolean undone = before == null || (target != null && step(before) > step(target));
    return undone ? target : before;
  }

  /** The step in a version's name; below all others where it has none. */
  private static long step(String version) {
    return AdapterVersions.isVersion(version) ? AdapterVersions.step(version) : -1;
  }

  /** Answers of earlier releases, in restored state, name nobody. */
  private static String issuer(AppliedCommand answer) {
    return answer.getIssuer() == null ? NOBODY_KNOWS : answer.getIssuer();
  }

  /** How it stands by now. */
  Reading reading(String adapterId, long time) {
    IncidentSignal incident = book.getIncident();
    if (incident == null) {
      return none(time, "nothing waits to be acknowledged");
    }
    IncidentWords words = new IncidentWords(adapterId, incident);
    return readings.of(
        Rule.INCIDENT, Map.of(), words.count(), time, words.done(), words.next(), List.of());
  }

  private Reading none(long time, String what) {
    return readings.of(Rule.INCIDENT, Map.of(), 0, time, what, "the incident is over", List.of());
  }
}
