package io.sapflow.alert;

import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.Map;

/** The rule drift: how far the steps' harmAlignment lies above what it used to be, summed up. */
final class Drift {

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  Drift(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a step whose harmAlignment is a number. */
  Reading after(TrainingStep step, long time) {
    keep(cusum().after(step.getHarmAlignment()));
    return reading(step, time);
  }

  /** What was summed has been undone. */
  Reading cleared(TrainingStep rollback, long time) {
    keep(cusum().cleared());
    return reading(rollback, time);
  }

  private Cusum cusum() {
    return new Cusum(
        book.getAlignments(),
        book.getAlignmentMean(),
        book.getAlignmentVariance(),
        book.getCusum());
  }

  private void keep(Cusum cusum) {
    book.setAlignments(cusum.count())
        .setAlignmentMean(cusum.mean())
        .setAlignmentVariance(cusum.variance())
        .setCusum(cusum.sum());
  }

  private Reading reading(TrainingStep step, long time) {
    return readings.of(
        Rule.DRIFT,
        Map.of(),
        book.getCusum(),
        time,
        SignalReadings.words(
            "steps drift toward harm by a sum of %.1f deviations", book.getCusum()),
        "the next version is probed as usual",
        step.getOffsets());
  }
}
