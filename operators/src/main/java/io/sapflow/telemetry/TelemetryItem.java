package io.sapflow.telemetry;

/**
 * A log record or a span.
 *
 * @param signal which of the two
 * @param json as OTLP's JSON has it
 */
public record TelemetryItem(Signal signal, String json) {}
