package io.sapflow.lab.demo;

import io.sapflow.alert.Rule;
import io.sapflow.gate.Scores;
import io.sapflow.local.run.Tally;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** Records and counts in words. */
final class DemoTexts {

  private DemoTexts() {}

  /** What a person is told of a record: nothing, a line or several. */
  static List<String> events(SpecificRecord record) {
    List<String> lines = new ArrayList<>();
    if (record instanceof ProbeReport report) {
      lines.add(report(report));
    } else if (record instanceof AdapterVersion version
        && version.getStatus() != VersionStatus.CANDIDATE) {
      lines.add("version " + version.getVersion() + " " + version.getStatus());
    } else if (record instanceof SafetyAlert alert) {
      lines.add(
          "ALERT "
              + alert.getStatus()
              + " "
              + alert.getRule()
              + ": "
              + alert.getAnnotations().get("summary"));
      lines.add("      " + alert.getAnnotations().get("description"));
    } else if (record instanceof TrainingStep step) {
      step.getAppliedCommands().stream()
          .filter(command -> command.getKind() != CommandKind.PROMOTED)
          .forEach(command -> lines.add(command(step, command)));
    }
    return lines;
  }

  private static String report(ProbeReport report) {
    Double score = Scores.harmful(report);
    return score == null
        ? "version " + report.getVersion() + " not probed: " + report.getIncompleteReason()
        : String.format(
            Locale.ROOT,
            "version %s probed: harmful score %.3f, over-refusal %.3f, safety margin %.1f",
            report.getVersion(),
            score,
            report.getOverRefusal(),
            report.getSafetyMargin());
  }

  private static String command(TrainingStep step, AppliedCommand command) {
    return "step "
        + step.getStep()
        + ": "
        + told(command.getKind())
        + " by "
        + command.getIssuer()
        + (command.getOutcome() == CommandOutcome.APPLIED ? "" : " " + command.getOutcome())
        + (command.getReason() == null ? "" : ": " + command.getReason());
  }

  private static String told(CommandKind kind) {
    return switch (kind) {
      case ROLLBACK -> "rollback";
      case QUARANTINE_SOURCE -> "source set aside";
      case FLUSH -> "end of input";
      default -> kind.toString();
    };
  }

  private static Optional<String> phase(SafetyAlert alert) {
    if (alert.getRule().equals(Rule.HARMFUL_SCORE.key())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "harm noticed: harmful score %.3f, the limit is %.3f",
              alert.getValue(),
              alert.getThreshold()));
    }
    return alert.getRule().equals(Rule.SOURCE_SUSPICIOUS.key())
        ? Optional.of("suspicious: " + alert.getLabels().get("source") + " pushes toward harm")
        : Optional.empty();
  }

  /** What happens from a record on; empty if it changes nothing in that. */
  static Optional<String> phase(SpecificRecord record, Tally tally) {
    if (record instanceof SafetyAlert alert && alert.getStatus() == AlertStatus.FIRING) {
      return phase(alert);
    }
    if (record instanceof TrainingStep step) {
      return step.getAppliedCommands().stream()
          .filter(command -> command.getOutcome() == CommandOutcome.APPLIED)
          .map(command -> phase(command, tally))
          .filter(Objects::nonNull)
          .reduce((first, second) -> second);
    }
    return Optional.empty();
  }

  private static String phase(AppliedCommand command, Tally tally) {
    return switch (command.getKind()) {
      case QUARANTINE_SOURCE ->
          "source set aside: " + String.join(", ", tally.quarantinedSources());
      case ROLLBACK -> {
        Set<String> sources = tally.quarantinedSources();
        yield "harm undone, training goes on from the last good version"
            + (sources.isEmpty() ? "" : " without " + String.join(", ", sources));
      }
      default -> null;
    };
  }

  /** How things stand, in one line. */
  static String progress(Tally tally, int sent) {
    String loss =
        tally.lastStep() == null
            ? ""
            : String.format(Locale.ROOT, ", task loss %.3f", tally.lastStep().getTaskLoss());
    AdapterVersion served = tally.lastPromoted();
    return String.format(
        "%d steps%s, %d of %d examples trained, %d set aside, serving %s",
        tally.steps(),
        loss,
        tally.trained(),
        sent,
        tally.quarantinedTotal(),
        served == null ? "nothing yet" : served.getVersion());
  }
}
