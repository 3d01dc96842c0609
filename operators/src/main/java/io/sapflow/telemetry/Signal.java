package io.sapflow.telemetry;

/** What OTLP tells apart, each at a path of its own. */
public enum Signal {
  LOGS("/v1/logs", "resourceLogs", "scopeLogs", "logRecords", "rejectedLogRecords"),
  TRACES("/v1/traces", "resourceSpans", "scopeSpans", "spans", "rejectedSpans");

  private final String path;
  private final String byResource;
  private final String byScope;
  private final String items;
  private final String rejected;

  Signal(String path, String byResource, String byScope, String items, String rejected) {
    this.path = path;
    this.byResource = byResource;
    this.byScope = byScope;
    this.items = items;
    this.rejected = rejected;
  }

  /** Where it is posted, below the endpoint. */
  public String path() {
    return path;
  }

  /** The field of a request that holds everything. */
  String byResource() {
    return byResource;
  }

  /** The field in it that holds what comes from one scope. */
  String byScope() {
    return byScope;
  }

  /** The field in it that holds log records or spans. */
  String items() {
    return items;
  }

  /** The field of an answer that counts those which the collector does not want. */
  String rejected() {
    return rejected;
  }
}
