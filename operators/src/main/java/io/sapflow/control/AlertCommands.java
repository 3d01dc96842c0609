package io.sapflow.control;

import io.sapflow.alert.AlertAction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.alert.Watched;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.SafetyAlert;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command that an alert's rule asks for when it fires. Equal alerts give equal ids. */
public final class AlertCommands {

  private AlertCommands() {}

  /** The command, if the alert's rule asks for one. */
  public static Optional<ControlCommand> of(SafetyAlert alert, List<AlertRule> rules) {
    if (alert.getStatus() != AlertStatus.FIRING
        || alert.getAdapterId().equals(Watched.NO_ADAPTER)) {
      return Optional.empty();
    }
    return rules.stream()
        .filter(rule -> rule.rule().key().equals(alert.getRule()))
        .filter(rule -> rule.action() != AlertAction.NONE)
        .findFirst()
        .map(rule -> command(alert, rule.action()));
  }

  private static ControlCommand command(SafetyAlert alert, AlertAction action) {
    boolean pause = action == AlertAction.PAUSE;
    String id = Issuers.ALERT + "/" + alert.getFingerprint() + "/" + alert.getStartsAt();
    // An incident fires anew when it grows.
    boolean grows = alert.getRule().equals(Rule.INCIDENT.key());
    return ControlCommand.newBuilder()
        .setId(grows ? id + "/" + (long) alert.getValue() : id)
        .setAdapterId(alert.getAdapterId())
        .setKind(pause ? CommandKind.PAUSE : CommandKind.QUARANTINE_SOURCE)
        .setArguments(pause ? Map.of() : Map.of("source", alert.getLabels().get("source")))
        .setIssuer(Issuers.ALERT)
        .setReason(alert.getAnnotations().get("summary"))
        .setTime(alert.getStartsAt())
        .build();
  }
}
