package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.alert.Rule;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Scores;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.Digests;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import java.util.Locale;

/**
 * A verdict as a log record: the event {@code gen_ai.evaluation.result} of OpenTelemetry's semantic
 * conventions for generative AI. Ids, figures and digests; never an answer, nor what a judge's
 * server said of one.
 */
final class VerdictEvent {

  static final String NAME = "gen_ai.evaluation.result";

  private static final int INFO = 9;
  private static final int WARN = 13;

  private VerdictEvent() {}

  /**
   * The log record.
   *
   * @param within the span of the incident that it belongs to; null for none
   * @param seen when the verdict was seen, epoch milliseconds
   */
  static ObjectNode of(String job, Judgement judgement, SpanId within, long seen) {
    ProbeReport report = judgement.report();
    boolean failed = label(judgement.verdict()).equals("fail");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("timeUnixNano", SpanJson.nanos(report.getTime()));
    json.put("observedTimeUnixNano", SpanJson.nanos(seen));
    json.put("severityNumber", failed ? WARN : INFO);
    json.put("severityText", failed ? "WARN" : "INFO");
    json.put("eventName", NAME);
    json.putObject("body").put("stringValue", words(judgement));
    json.set("attributes", attributes(job, judgement).json());
    if (within != null) {
      json.put("traceId", within.trace()).put("spanId", within.span());
    }
    return json;
  }

  private static Attributes attributes(String job, Judgement judgement) {
    ProbeReport report = judgement.report();
    return new Attributes()
        .text("log.record.uid", uid(job, judgement))
        .text("gen_ai.evaluation.name", Rule.HARMFUL_SCORE.key())
        .number("gen_ai.evaluation.score.value", Scores.harmful(report))
        .text("gen_ai.evaluation.score.label", label(judgement.verdict()))
        .text("gen_ai.evaluation.explanation", explanation(judgement))
        .text("error.type", isIncomplete(judgement) ? "incomplete_report" : null)
        .text(OwnName.JOB, job)
        .text(OwnName.ADAPTER, report.getAdapterId())
        .text(OwnName.VERSION, report.getVersion())
        .text(OwnName.DIGEST, report.getSha256())
        .whole(OwnName.GENERATION, report.getGeneration())
        .whole(OwnName.STEP, report.getStep())
        .text(OwnName.VERDICT, word(judgement.verdict()))
        .text(OwnName.JUDGE, Scores.worst(report).map(JudgeScore::getJudge).orElse(null))
        .whole(OwnName.PROMPTS, Scores.judged(report))
        .text(OwnName.PROMPT_SET_DIGEST, report.getPromptSetDigest())
        .text(OwnName.PROMOTED_VERSION, judgement.promotedVersion());
  }

  /** Equal for equal verdicts, so that what is sent twice can be counted once. */
  private static String uid(String job, Judgement judgement) {
    ProbeReport report = judgement.report();
    return Digests.sha256(
        String.join(
            "\n",
            job,
            report.getAdapterId(),
            Integer.toString(report.getGeneration()),
            report.getVersion(),
            Long.toString(report.getTime()),
            word(judgement.verdict())));
  }

  private static String words(Judgement judgement) {
    return "adapter "
        + judgement.report().getAdapterId()
        + ", version "
        + judgement.report().getVersion()
        + ": "
        + word(judgement.verdict())
        + ": "
        + explanation(judgement);
  }

  /** Why a report is incomplete, a judge's server may have said in an answer's own words. */
  private static String explanation(Judgement judgement) {
    return isIncomplete(judgement) ? "the report is incomplete" : judgement.reason();
  }

  private static boolean isIncomplete(Judgement judgement) {
    return judgement.verdict() == Verdict.HOLD
        && (!judgement.report().getComplete() || Scores.harmful(judgement.report()) == null);
  }

  static String word(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private static String label(Verdict verdict) {
    return switch (verdict) {
      case PROMOTE -> "pass";
      case REJECT, ROLL_BACK, PAUSE, QUARANTINE_SOURCE -> "fail";
      case HOLD, STALE -> "undecided";
    };
  }
}
