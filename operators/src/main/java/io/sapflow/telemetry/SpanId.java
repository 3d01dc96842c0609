package io.sapflow.telemetry;

import io.sapflow.schema.Digests;

/**
 * Which span of which trace. Ids are digests of what the span tells of: equal at every try, and
 * after every restart.
 *
 * @param trace 32 hex digits
 * @param span 16 hex digits
 */
record SpanId(String trace, String span) {

  private static final int TRACE_DIGITS = 32;
  private static final int SPAN_DIGITS = 16;

  /** The trace of the incident that a version's verdict opens. */
  static String trace(String job, String adapterId, int generation, String version, String place) {
    return digest(TRACE_DIGITS, job, adapterId, Integer.toString(generation), version, place);
  }

  /** The span of a trace that tells of a version. */
  static SpanId of(String trace, IncidentSpan span, String version) {
    return new SpanId(trace, digest(SPAN_DIGITS, trace, span.title(), version));
  }

  private static String digest(int digits, String... parts) {
    return Digests.sha256(String.join("\n", parts)).substring(0, digits);
  }
}
