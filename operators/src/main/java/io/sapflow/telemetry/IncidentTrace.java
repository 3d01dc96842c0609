package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.IncidentBook;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import java.util.ArrayList;
import java.util.List;

/**
 * One adapter's incidents as traces. An incident is opened by a verdict that undoes something, and
 * over with the next promotion; further harmful versions until then are part of it.
 */
final class IncidentTrace {

  private final String job;
  private final String adapterId;
  private final boolean holds;
  private final IncidentBook.Builder book;
  private final List<ObjectNode> ended = new ArrayList<>();

  /**
   * The incidents of an adapter.
   *
   * @param holds whether training is held until a rollback has come
   * @param before what is remembered of it; null at first
   */
  IncidentTrace(String job, String adapterId, boolean holds, IncidentBook before) {
    this.job = job;
    this.adapterId = adapterId;
    this.holds = holds;
    this.book = IncidentBook.newBuilder(before == null ? fresh() : before);
  }

  private static IncidentBook fresh() {
    return IncidentBook.newBuilder().build();
  }

  /** What is to be remembered. */
  IncidentBook book() {
    return book.build();
  }

  /** The spans that have ended, in the order of their ends. */
  List<ObjectNode> ended() {
    return ended;
  }

  /**
   * Takes a step.
   *
   * @param millis time of the rollback where it is one
   * @param now when it was seen, epoch milliseconds
   */
  void step(long step, boolean rolledBack, double millis, long now) {
    book.setSteps(StepTimes.with(book.getSteps(), step, now));
    if (!rolledBack || !book.getAwaitsRollback()) {
      return;
    }
    long begun = Math.max(book.getJudgedAt(), now - (long) Math.ceil(millis));
    if (holds) {
      part(IncidentSpan.HOLD, book.getLastVersion(), book.getJudgedAt(), begun);
    }
    part(IncidentSpan.ROLLBACK, book.getLastVersion(), begun, now);
    book.setAwaitsRollback(false).setUndoneAt(now);
  }

  /**
   * Takes a verdict.
   *
   * @return the span that it belongs to; null outside of incidents
   */
  SpanId judged(Judgement judgement) {
    return switch (judgement.verdict()) {
      case ROLL_BACK, PAUSE, QUARANTINE_SOURCE -> red(judgement);
      case PROMOTE -> green(judgement.report());
      case REJECT, HOLD, STALE -> root();
    };
  }

  private SpanId red(Judgement judgement) {
    ProbeReport report = judgement.report();
    long began = report.getTime() - Math.round(report.getDurationMillis());
    long made = Math.min(report.getTime(), StepTimes.of(book.getSteps(), report.getStep(), began));
    if (book.getTraceId() == null) {
      open(judgement, made);
    }
    book.setVerdicts(book.getVerdicts() + 1)
        .setLastVersion(report.getVersion())
        .setJudgedAt(report.getTime())
        .setUndoneAt(null)
        .setAwaitsRollback(judgement.verdict() == Verdict.ROLL_BACK);
    return part(IncidentSpan.DETECT, report.getVersion(), made, report.getTime());
  }

  private void open(Judgement judgement, long made) {
    ProbeReport report = judgement.report();
    Onset onset = Onset.of(judgement);
    book.setTraceId(
            SpanId.trace(
                job, adapterId, report.getGeneration(), report.getVersion(), onset.place()))
        .setVersion(report.getVersion())
        .setStartsAt(Math.min(made, StepTimes.of(book.getSteps(), onset.step(), made)))
        .setFirstRecords(onset.records())
        .setSource(judgement.culprit())
        .setServedVersion(judgement.promotedVersion())
        .setReason(judgement.reason())
        .setVerdicts(0);
  }

  private SpanId green(ProbeReport report) {
    SpanId recover = null;
    if (book.getTraceId() != null) {
      long undone = book.getUndoneAt() == null ? book.getJudgedAt() : book.getUndoneAt();
      recover = part(IncidentSpan.RECOVER, report.getVersion(), undone, report.getTime());
      ended.add(whole(report));
      book.setTraceId(null).setAwaitsRollback(false).setReason("");
    }
    book.setSteps(StepTimes.after(book.getSteps(), report.getStep()));
    return recover;
  }

  private SpanId part(IncidentSpan name, String version, long from, long to) {
    SpanId id = SpanId.of(book.getTraceId(), name, version);
    Attributes attributes =
        new Attributes()
            .text(OwnName.JOB, job)
            .text(OwnName.ADAPTER, adapterId)
            .text(OwnName.VERSION, version);
    ended.add(SpanJson.of(id, root().span(), name, from, to, attributes));
    return id;
  }

  private SpanId root() {
    return book.getTraceId() == null
        ? null
        : SpanId.of(book.getTraceId(), IncidentSpan.INCIDENT, book.getVersion());
  }

  private ObjectNode whole(ProbeReport report) {
    Attributes attributes =
        new Attributes()
            .text(OwnName.JOB, job)
            .text(OwnName.ADAPTER, adapterId)
            .text(OwnName.SOURCE, book.getSource())
            .text(OwnName.VERSION, book.getVersion())
            .text(OwnName.PROMOTED_VERSION, book.getServedVersion())
            .text(OwnName.RESOLVED_VERSION, report.getVersion())
            .whole(OwnName.HARMFUL_VERSIONS, book.getVerdicts());
    OffsetRange first = book.getFirstRecords();
    if (first != null) {
      attributes
          .text("messaging.system", "kafka")
          .text("messaging.destination.name", first.getTopic())
          .text("messaging.destination.partition.id", Integer.toString(first.getPartition()))
          .whole("messaging.kafka.offset", first.getFirstOffset());
    }
    return SpanJson.failed(
        SpanJson.of(
            root(), null, IncidentSpan.INCIDENT, book.getStartsAt(), report.getTime(), attributes),
        book.getReason());
  }
}
