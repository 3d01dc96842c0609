package io.sapflow.ops.topics;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.TrainingStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** Records in a line for people; no text of an example, a prompt or an answer stands in it. */
final class RecordLine {

  private RecordLine() {}

  /**
   * The record in a line.
   *
   * @param time when the broker got it, epoch milliseconds
   */
  static String of(long time, SpecificRecord record) {
    String what;
    if (record instanceof SafetyAlert alert) {
      what = alert(alert);
    } else if (record instanceof TrainingStep step) {
      what = step(step);
    } else if (record instanceof ProbeReport report) {
      what = report(report);
    } else if (record instanceof AdapterVersion version) {
      what = version(version);
    } else if (record instanceof QuarantinedRecord held) {
      what = quarantined(held);
    } else {
      throw new IllegalArgumentException(record.getSchema().getName() + " has no line");
    }
    return Instant.ofEpochMilli(time).truncatedTo(ChronoUnit.SECONDS) + " " + PlainText.of(what);
  }

  private static String alert(SafetyAlert alert) {
    String summary =
        alert.getAnnotations().getOrDefault("summary", "adapter " + alert.getAdapterId());
    String sources =
        alert.getEvidence() == null || alert.getEvidence().getSources().isEmpty()
            ? ""
            : "; sources: "
                + alert.getEvidence().getSources().stream()
                    .limit(3)
                    .map(RecordLine::source)
                    .collect(Collectors.joining(", "));
    return alert.getStatus()
        + " "
        + alert.getSeverity()
        + " "
        + alert.getRule()
        + ": "
        + summary
        + sources;
  }

  private static String source(SourceEvidence source) {
    return source.getSource()
        + " ("
        + source.getExamples()
        + " examples, mean push "
        + number(source.getMeanPush())
        + ")";
  }

  private static String step(TrainingStep step) {
    StringBuilder line = new StringBuilder(step.getAdapterId());
    if (step.getStep() >= 0) {
      line.append(
          String.format(
              Locale.ROOT,
              " step %d (generation %d) %s",
              step.getStep(),
              step.getGeneration(),
              step.getOutcome()));
    }
    if (step.getExamples() > 0) {
      line.append(": ").append(step.getExamples()).append(" examples");
      line.append(", task loss ").append(number(step.getTaskLoss()));
      line.append(", harm alignment ").append(number(step.getHarmAlignment()));
    }
    if (step.getReason() != null) {
      line.append(": ").append(step.getReason());
    }
    step.getAppliedCommands().forEach(answer -> line.append("; ").append(answer(answer)));
    return line.toString();
  }

  /** What became of a command. */
  static String answer(AppliedCommand answer) {
    return answer.getKind()
        + (answer.getIssuer() == null ? "" : " by " + answer.getIssuer())
        + " "
        + answer.getOutcome()
        + (answer.getReason() == null ? "" : ": " + answer.getReason());
  }

  private static String report(ProbeReport report) {
    String judges =
        report.getJudges().stream().map(RecordLine::judge).collect(Collectors.joining(", "));
    return report.getAdapterId()
        + " version "
        + report.getVersion()
        + " probed: harmful score "
        + (judges.isEmpty() ? "-" : judges)
        + ", over-refusal "
        + number(report.getOverRefusal())
        + (report.getOverRefusal() == null ? "" : " by " + report.getOverRefusalJudge())
        + ", safety margin "
        + number(report.getSafetyMargin())
        + ended(report)
        + (report.getComplete() ? "" : "; incomplete: " + report.getIncompleteReason());
  }

  /** How the answers ended; reports of older releases do not say. */
  private static String ended(ProbeReport report) {
    return report.getAnswersEnded() == null
        ? ""
        : ", answers " + report.getAnswersEnded() + " ended and " + report.getAnswersCut() + " cut";
  }

  private static String judge(JudgeScore score) {
    return String.format(
        Locale.ROOT,
        "%.3f by %s (%.3f to %.3f, %d prompts)",
        score.getScore(),
        score.getJudge(),
        score.getLow(),
        score.getHigh(),
        score.getPrompts());
  }

  private static String version(AdapterVersion version) {
    return version.getAdapterId()
        + " version "
        + version.getVersion()
        + " (generation "
        + version.getGeneration()
        + ") "
        + version.getStatus()
        + (version.getReason() == null ? "" : ": " + version.getReason());
  }

  private static String quarantined(QuarantinedRecord record) {
    return (record.getAdapterId() == null ? "-" : record.getAdapterId())
        + " "
        + record.getReason()
        + " at "
        + record.getStage()
        + ": "
        + record.getTopic()
        + "-"
        + record.getPartition()
        + "@"
        + record.getOffset()
        + (record.getExampleId() == null ? "" : ", id " + record.getExampleId())
        + (record.getSource() == null ? "" : ", source " + record.getSource())
        + (record.getSize() == null ? "" : ", " + record.getSize() + " bytes by reference")
        + (record.getSha256() == null ? "" : " (sha256 " + record.getSha256() + ")")
        + (record.getStep() == null ? "" : ", trained in step " + record.getStep())
        + "; "
        + record.getMessage();
  }

  /** A range of offsets: topic, partition, first and last. */
  static String range(OffsetRange range) {
    return range.getTopic()
        + "-"
        + range.getPartition()
        + "@"
        + range.getFirstOffset()
        + (range.getFirstOffset() == range.getLastOffset() ? "" : ".." + range.getLastOffset());
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
