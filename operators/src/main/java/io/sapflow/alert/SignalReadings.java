package io.sapflow.alert;

import io.sapflow.gate.Attribution;
import io.sapflow.schema.AlertEvidence;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.SignalBook;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes readings of an adapter's signals, with what its book says as their evidence. */
final class SignalReadings {

  private final SignalBook.Builder book;

  /** Readings by a book. */
  SignalReadings(SignalBook.Builder book) {
    this.book = book;
  }

  /**
   * A reading of now.
   *
   * @param what the value says, in words
   * @param doing what has been done about it, in words
   * @param offsets of the records that it rests on
   */
  Reading of(
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

  static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
