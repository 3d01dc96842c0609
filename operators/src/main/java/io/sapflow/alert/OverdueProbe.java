package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.SignalBook;
import java.util.List;
import java.util.Map;

/** The rule probe-overdue: how long a candidate has waited for a complete report. */
final class OverdueProbe {

  /** The value's unit. */
  static final double MILLIS_PER_MINUTE = 60_000;

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  OverdueProbe(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a version that was made; it waits for its report, unless an older one does. */
  void made(AdapterVersion version, long time) {
    book.setVersion(version.getVersion()).setVersionStep(version.getStep());
    if (book.getWaitingSince() == null) {
      book.setWaitingSince(time);
    }
  }

  /** Takes a judgement: a complete report ends the wait, or lets it begin anew. */
  List<Reading> judged(Judgement judgement, long time) {
    if (!judgement.report().getComplete()) {
      return List.of();
    }
    boolean newer = book.getVersionStep() > judgement.report().getStep();
    book.setWaitingSince(newer ? (Long) time : null);
    return List.of(reading(0, time));
  }

  /** How long a candidate has waited by now. */
  List<Reading> waiting(long time) {
    return book.getWaitingSince() == null
        ? List.of()
        : List.of(reading((time - book.getWaitingSince()) / MILLIS_PER_MINUTE, time));
  }

  private Reading reading(double minutes, long time) {
    return readings.of(
        Rule.PROBE_OVERDUE,
        Map.of(),
        minutes,
        time,
        SignalReadings.words("no complete report for %.1f minutes", minutes),
        "no version is promoted meanwhile; training goes on",
        List.of());
  }
}
