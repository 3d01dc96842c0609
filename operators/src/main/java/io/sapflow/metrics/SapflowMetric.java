package io.sapflow.metrics;

import static io.sapflow.metrics.Label.ADAPTER;
import static io.sapflow.metrics.Label.JUDGE;
import static io.sapflow.metrics.Label.REASON;
import static io.sapflow.metrics.Label.RULE;
import static io.sapflow.metrics.Label.SOURCE;
import static io.sapflow.metrics.Label.VERDICT;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every metric of a job, each of one operator's subtask since that subtask started.
 *
 * <pre>
 * OPERATOR.sapflow
 *   ├── steps, examples, stepMillis, ...
 *   ├── adapter.ID                 at most sapflow.metrics.adapters of a job, then _others
 *   │     ├── steps, taskLoss, overRefusal, ...
 *   │     ├── source.NAME          at most 20 of an adapter, then left out
 *   │     │     └── push
 *   │     ├── judge.NAME           at most 20, then left out
 *   │     │     └── harmfulScore
 *   │     └── verdict.NAME
 *   │           └── verdicts
 *   ├── judge.NAME                 at most 20, then _others
 *   │     └── judgeFailures
 *   ├── rule.NAME
 *   │     └── alertsFiring
 *   └── reason.CODE
 *         └── quarantined
 * </pre>
 */
public enum SapflowMetric {
  RECORDS_DECODED(
      "recordsDecoded",
      Kind.COUNTER,
      List.of("tokenize", "signals", "prompts"),
      List.of(),
      "Records that hold to the rules."),
  RECORDS_REJECTED(
      "recordsRejected",
      Kind.COUNTER,
      List.of("tokenize", "signals", "prompts"),
      List.of(),
      "Records that do not, and went to quarantine."),
  STEPS("steps", Kind.COUNTER, "train", "Batches that were trained."),
  STEPS_SKIPPED("stepsSkipped", Kind.COUNTER, "train", "Batches that gave no finite step."),
  EXAMPLES("examples", Kind.COUNTER, "train", "Examples of the trained batches."),
  USEFUL_TOKENS_PER_SECOND(
      "usefulTokensPerSecond",
      Kind.METER,
      "train",
      "Tokens of trained examples, without padding and replay, over the last minute."),
  STEP_MILLIS(
      "stepMillis", Kind.HISTOGRAM, "train", "Time of a batch: the last 100, trained or skipped."),
  VERSIONS("versions", Kind.COUNTER, "train", "Versions that were made."),
  LIVE_ADAPTERS("liveAdapters", Kind.GAUGE, "train", "Adapters in native memory."),
  PAUSED_ADAPTERS(
      "pausedAdapters",
      Kind.GAUGE,
      "train",
      "Paused ones, of those that were used since the start."),
  HELD_ADAPTERS(
      "heldAdapters",
      Kind.GAUGE,
      "train",
      "Adapters whose training is held, because a version was found harmful and its rollback is on"
          + " its way."),
  HOLDS_LAPSED(
      "holdsLapsed",
      Kind.COUNTER,
      "train",
      "Holds that ended without a rollback, after sapflow.train.hold-timeout."),
  EVICTED_ADAPTERS(
      "evictedAdapters",
      Kind.COUNTER,
      "train",
      "Times that an adapter left native memory for want of room or use."),
  NATIVE_BYTES(
      "nativeBytes", Kind.GAUGE, "train", "Native memory of the live adapters' tensors, bytes."),
  NATIVE_BYTES_LIMIT(
      "nativeBytesLimit",
      Kind.GAUGE,
      "train",
      "The most of it, sapflow.adapter.live-bytes; one adapter is always let in."),
  RESIDENT_BYTES(
      "residentBytes",
      Kind.GAUGE,
      "train",
      "Memory of the whole TaskManager as Linux counts it (VmRSS): heap, libtorch and all else,"
          + " bytes; the same of each of its subtasks."),
  ADAPTER_STEPS(
      "steps", Kind.COUNTER, "train", "Batches that were trained of an adapter.", ADAPTER),
  ADAPTER_EXAMPLES(
      "examples", Kind.COUNTER, "train", "Examples of the adapter's trained batches.", ADAPTER),
  ADAPTER_VERSIONS(
      "versions", Kind.COUNTER, "train", "Versions that were made of an adapter.", ADAPTER),
  TASK_LOSS("taskLoss", Kind.GAUGE, "train", "Mean loss over the last batch's targets.", ADAPTER),
  SAFETY_LOSS(
      "safetyLoss",
      Kind.GAUGE,
      "train",
      "Loss on the safety pairs at the last refresh of the direction.",
      ADAPTER),
  HARM_ALIGNMENT(
      "harmAlignment",
      Kind.GAUGE,
      "train",
      "Minus the cosine of the last gradient and the harmful direction, -1 to 1: above 0 it moves"
          + " toward harm.",
      ADAPTER),
  PUSH(
      "push",
      Kind.GAUGE,
      "train",
      "Mean push toward harm of a source's examples in the last batch with one whose push is known.",
      ADAPTER,
      SOURCE),
  PROBE_MILLIS("probeMillis", Kind.HISTOGRAM, "probe", "Time of a probe: the last 100."),
  PROBE_QUEUE("probeQueue", Kind.GAUGE, "probe", "Versions that are being probed, or wait."),
  JUDGE_FAILURES(
      "judgeFailures", Kind.COUNTER, "probe", "Answers that a judge could not judge.", JUDGE),
  PROBE_AGE_SECONDS(
      "probeAgeSeconds",
      Kind.GAUGE,
      "probe",
      "Since the adapter's last probe ended, by the TaskManager's clock.",
      ADAPTER),
  OVER_REFUSAL(
      "overRefusal",
      Kind.GAUGE,
      "probe",
      "Share of benign prompts that the last probed version refused, 0 to 1.",
      ADAPTER),
  SAFETY_MARGIN(
      "safetyMargin",
      Kind.GAUGE,
      "probe",
      "Mean log-probability of the safe answer less that of the harmful one, of the last probed"
          + " version, nats.",
      ADAPTER),
  ANSWERS_CUT(
      "answersCut",
      Kind.GAUGE,
      "probe",
      "Answers of the last probed version that were cut at their length, since no end token had"
          + " come.",
      ADAPTER),
  HARMFUL_SCORE(
      "harmfulScore",
      Kind.GAUGE,
      "probe",
      "Share of answers of the last probed version that a judge calls harmful, 0 to 1.",
      ADAPTER,
      JUDGE),
  VERDICTS(
      "verdicts",
      Kind.COUNTER,
      "gate",
      "Verdicts: promote, reject, roll_back, pause, quarantine_source, hold, stale.",
      ADAPTER,
      VERDICT),
  PROMOTION_AGE_SECONDS(
      "promotionAgeSeconds",
      Kind.GAUGE,
      "gate",
      "Since a version of the adapter was last promoted, or since its first verdict where none was"
          + " since the start, by the TaskManager's clock.",
      ADAPTER),
  ALERTS_FIRING(
      "alertsFiring",
      Kind.GAUGE,
      "alert",
      "Alerts of a rule that fire, of adapters of which anything was heard since the start.",
      RULE),
  QUARANTINED(
      "quarantined",
      Kind.COUNTER,
      "alert",
      "Records that went to quarantine from any stage, by the reason's code.",
      REASON),
  ADAPTER_PUSHES(
      "adapterPushes", Kind.COUNTER, "publish", "Times that a vLLM server was brought in line."),
  ADAPTER_PUSH_FAILURES(
      "adapterPushFailures",
      Kind.COUNTER,
      "publish",
      "Attempts at it, and looks at what a server has, that failed."),
  WEBHOOK_POSTS("webhookPosts", Kind.COUNTER, "webhook", "Alerts that were posted."),
  WEBHOOK_FAILURES(
      "webhookFailures", Kind.COUNTER, "webhook", "Those of them that were not taken."),
  TELEMETRY_SENT(
      "telemetrySent",
      Kind.COUNTER,
      "telemetry",
      "Log events and spans that the collector has taken."),
  TELEMETRY_DROPPED(
      "telemetryDropped", Kind.COUNTER, "telemetry", "Log events and spans that were given up.");

  /** How a metric behaves. */
  public enum Kind {
    /** It only grows. */
    COUNTER,
    /** A present value; not a number while there is none. */
    GAUGE,
    /** The spread of the last values. */
    HISTOGRAM,
    /** A rate per second. */
    METER
  }

  private final String key;
  private final Kind kind;
  private final List<String> operators;
  private final List<Label> labels;
  private final String meaning;

  SapflowMetric(String key, Kind kind, String operator, String meaning, Label... labels) {
    this(key, kind, List.of(operator), List.of(labels), meaning);
  }

  SapflowMetric(String key, Kind kind, List<String> operators, List<Label> labels, String meaning) {
    this.key = key;
    this.kind = kind;
    this.operators = operators;
    this.labels = labels;
    this.meaning = meaning;
  }

  /** Its name in its place: lowerCamel, with the unit where it has one. */
  public String key() {
    return key;
  }

  /** How it behaves. */
  public Kind kind() {
    return kind;
  }

  /** Names of the operators that register it. */
  public List<String> operators() {
    return operators;
  }

  /** What tells its values apart, the outer one first. */
  public List<Label> labels() {
    return labels;
  }

  /** What it is, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** Its name as Prometheus shows it, after the part that is the same for all. */
  public String scraped() {
    return Stream.concat(
            Stream.of("sapflow"), Stream.concat(labels.stream().map(Label::key), Stream.of(key)))
        .collect(Collectors.joining("_"));
  }
}
