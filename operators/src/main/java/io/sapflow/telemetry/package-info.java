/**
 * What OpenTelemetry hears: each verdict as a log event, each incident as a trace.
 *
 * <p>In: judged reports and steps. Out: OTLP in JSON over HTTP, from a thread of its own, once the
 * checkpoint with what it tells of is complete. State: {@code IncidentBook} by adapter; what is not
 * taken by the collector yet, within a bound. Metrics: telemetrySent, telemetryDropped.
 */
package io.sapflow.telemetry;
