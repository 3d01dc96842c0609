package io.sapflow.control;

import io.sapflow.schema.ControlCommand;
import io.sapflow.train.CommandPolicy;

/** Which commands a trainer may carry out. */
public final class CommandRules implements CommandPolicy {

  private static final long serialVersionUID = 1;
  private static final int ANY_GENERATION = -1;

  @Override
  public String refusal(ControlCommand command, Situation situation) {
    if (command.getGeneration() != ANY_GENERATION
        && command.getGeneration() != situation.generation()) {
      return "it was given for generation "
          + command.getGeneration()
          + ", the adapter is at "
          + situation.generation();
    }
    return switch (command.getKind()) {
      case PROMOTED ->
          command.getIssuer().equals(Orders.GATE)
              ? unknownVersion(command, situation)
              : "only the gate promotes, not " + command.getIssuer();
      case ROLLBACK -> unknownTarget(command, situation);
      case QUARANTINE_SOURCE, RELEASE_SOURCE -> missing(command, "source");
      case PAUSE -> situation.paused() ? "the adapter is paused already" : null;
      case RESUME -> situation.paused() ? null : "the adapter is not paused";
      default -> null;
    };
  }

  private static String unknownTarget(ControlCommand command, Situation situation) {
    boolean named = command.getArguments().containsKey("version");
    // A person may have undone what the gate takes for promoted: the trainer's own then counts.
    boolean byGate = command.getIssuer().equals(Orders.GATE) && situation.promotedVersion() != null;
    if (named && !byGate) {
      return unknownVersion(command, situation);
    }
    return situation.promotedVersion() == null
        ? "no version was promoted yet that it could go back to"
        : null;
  }

  private static String unknownVersion(ControlCommand command, Situation situation) {
    String refusal = missing(command, "version");
    if (refusal != null) {
      return refusal;
    }
    String version = command.getArguments().get("version");
    return situation.knownVersions().contains(version)
        ? null
        : "version " + version + " is not known";
  }

  private static String missing(ControlCommand command, String argument) {
    String value = command.getArguments().get(argument);
    return value == null
        ? "argument " + argument + " is missing, which " + command.getKind() + " needs"
        : null;
  }
}
