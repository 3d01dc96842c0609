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
public final class Orders {

  /** Who gives the orders of a verdict. */
  public static final String GATE = "gate";

  /** Who gives those of an alert. */
  public static final String ALERT = "alert";

  /** Who gives those whose time has come. */
  public static final String SCHEDULE = "schedule";

  /** The names by which the job itself gives orders; no person's. */
  public static final List<String> RESERVED = List.of(GATE, ALERT, SCHEDULE);

  private Orders() {}

  /** In the order in which they are to be carried out. */
  public static List<ControlCommand> of(Judgement judgement) {
    List<ControlCommand> orders = new ArrayList<>();
    switch (judgement.verdict()) {
      case PROMOTE ->
          orders.add(
              order(
                  judgement,
                  CommandKind.PROMOTED,
                  Map.of("version", judgement.report().getVersion())));
      case PAUSE -> orders.add(order(judgement, CommandKind.PAUSE, Map.of()));
      case ROLL_BACK, QUARANTINE_SOURCE -> {
        // The source first: no example of its may be trained between the two.
        if (judgement.culprit() != null) {
          orders.add(
              order(
                  judgement, CommandKind.QUARANTINE_SOURCE, Map.of("source", judgement.culprit())));
        }
        if (judgement.verdict() == Verdict.ROLL_BACK) {
          orders.add(
              order(
                  judgement, CommandKind.ROLLBACK, Map.of("version", judgement.promotedVersion())));
        }
      }
      default -> {}
    }
    return orders;
  }

  private static ControlCommand order(
      Judgement judgement, CommandKind kind, Map<String, String> arguments) {
    ProbeReport report = judgement.report();
    return ControlCommand.newBuilder()
        .setId(GATE + "/" + report.getAdapterId() + "/" + report.getVersion() + "/" + kind)
        .setAdapterId(report.getAdapterId())
        .setGeneration(report.getGeneration())
        .setKind(kind)
        .setArguments(arguments)
        .setIssuer(GATE)
        .setReason("version " + report.getVersion() + ": " + judgement.reason())
        .setTime(report.getTime())
        .build();
  }
}
