package io.sapflow.control;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The commands that follow from a judgement. Equal judgements give equal ids. */
public final class VerdictCommands {

  private VerdictCommands() {}

  /** In the order in which they are to be carried out. */
  public static List<ControlCommand> of(Judgement judgement) {
    List<ControlCommand> commands = new ArrayList<>();
    switch (judgement.verdict()) {
      case PROMOTE ->
          commands.add(
              command(
                  judgement,
                  CommandKind.PROMOTED,
                  Map.of("version", judgement.report().getVersion())));
      case PAUSE -> commands.add(command(judgement, CommandKind.PAUSE, Map.of()));
      case ROLL_BACK, QUARANTINE_SOURCE -> {
        // The source first: no example of its may be trained between the two.
        if (judgement.culprit() != null) {
          commands.add(
              command(
                  judgement, CommandKind.QUARANTINE_SOURCE, Map.of("source", judgement.culprit())));
        }
        if (judgement.verdict() == Verdict.ROLL_BACK) {
          commands.add(
              command(
                  judgement, CommandKind.ROLLBACK, Map.of("version", judgement.promotedVersion())));
        }
      }
      default -> {}
    }
    return commands;
  }

  /** Id of the command of a kind that follows from a report. */
  static String id(ProbeReport report, CommandKind kind) {
    return Issuers.GATE + "/" + report.getAdapterId() + "/" + report.getVersion() + "/" + kind;
  }

  private static ControlCommand command(
      Judgement judgement, CommandKind kind, Map<String, String> arguments) {
    ProbeReport report = judgement.report();
    return ControlCommand.newBuilder()
        .setId(id(report, kind))
        .setAdapterId(report.getAdapterId())
        .setGeneration(report.getGeneration())
        .setKind(kind)
        .setArguments(arguments)
        .setIssuer(Issuers.GATE)
        .setReason("version " + report.getVersion() + ": " + judgement.reason())
        .setTime(report.getTime())
        .build();
  }
}
