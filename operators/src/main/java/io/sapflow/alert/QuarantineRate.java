package io.sapflow.alert;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.List;
import java.util.Map;

/** The rule quarantine-rate: the share of recent records that are set aside for what they hold. */
final class QuarantineRate {

  /** Records that count. */
  private static final double RECORDS = 200;

  /** So many say enough. */
  private static final double ENOUGH_RECORDS = 50;

  private static final String DOING = "they wait there with their bytes and reasons";

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  QuarantineRate(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a step's examples. */
  List<Reading> after(TrainingStep step, long time) {
    count(step.getExamples(), 0);
    return share(step.getOffsets(), time);
  }

  /** Takes a record that went to quarantine; what somebody decided does not count. */
  List<Reading> after(QuarantinedRecord record, long time) {
    if (QuarantineReason.decided(record)) {
      return List.of();
    }
    count(0, 1);
    return share(
        List.of(
            new OffsetRange(
                record.getTopic(), record.getPartition(), record.getOffset(), record.getOffset())),
        time);
  }

  /** No record has come for a while. */
  Reading forgotten(long time) {
    return readings.of(
        Rule.QUARANTINE_RATE,
        Map.of(),
        0,
        time,
        "no record went to quarantine of late",
        DOING,
        List.of());
  }

  private void count(int examples, int quarantined) {
    double left = Math.pow(1 - 1 / RECORDS, (double) examples + quarantined);
    book.setExamples(book.getExamples() * left + examples)
        .setQuarantined(book.getQuarantined() * left + quarantined);
  }

  private List<Reading> share(List<OffsetRange> offsets, long time) {
    double all = book.getExamples() + book.getQuarantined();
    if (all < ENOUGH_RECORDS) {
      return List.of();
    }
    double share = book.getQuarantined() / all;
    return List.of(
        readings.of(
            Rule.QUARANTINE_RATE,
            Map.of(),
            share,
            time,
            SignalReadings.words("share %.2f of recent records went to quarantine", share),
            DOING,
            offsets));
  }
}
