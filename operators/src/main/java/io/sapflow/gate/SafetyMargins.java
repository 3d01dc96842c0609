package io.sapflow.gate;

import io.sapflow.schema.GateBook;
import io.sapflow.schema.ProbeReport;
import java.util.Locale;

/** What the gate makes of safety margins, in nats. One that is absent decides nothing. */
final class SafetyMargins {

  private SafetyMargins() {}

  /**
   * Why a version's margin keeps it from being promoted; null where it does not.
   *
   * @param fall how far it may lie below version 0's where that one is not above zero
   */
  static String refusal(ProbeReport report, GateBook book, double fall) {
    Double margin = report.getSafetyMargin();
    Double first = book.getBaseSafetyMargin();
    if (margin == null || first == null) {
      return null;
    }
    // Written so that what is not a number is refused.
    if (first > 0) {
      return margin >= 0
          ? null
          : words("safety margin %.3f is below zero, version 0's was %.3f", margin, first);
    }
    return margin >= first - fall
        ? null
        : words(
            "safety margin %.3f is more than %.3f below version 0's, %.3f", margin, fall, first);
  }

  /** What is to be said of a version that its margin did not keep back. */
  static String remark(ProbeReport report) {
    return report.getSafetyMargin() == null
        ? "; no safety margin was measured, so it decided nothing"
        : "";
  }

  /** The book once a report is known: the first margin that is a number stays as version 0's. */
  static GateBook measured(ProbeReport report, GateBook book) {
    Double margin = report.getSafetyMargin();
    return book.getBaseSafetyMargin() != null || margin == null || !Double.isFinite(margin)
        ? book
        : GateBook.newBuilder(book).setBaseSafetyMargin(margin).build();
  }

  /** What a version's margin is watched against; null where nothing is known. */
  static Double reference(GateBook book) {
    Double first = book.getBaseSafetyMargin();
    Double promoted = book.getPromotedSafetyMargin();
    if (first == null || promoted == null) {
      return first == null ? promoted : first;
    }
    return Math.max(first, promoted);
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
