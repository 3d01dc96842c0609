package io.sapflow.control;

import io.sapflow.ingest.SignedTimes;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.train.CommandPolicy;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which commands a trainer may carry out.
 *
 * <p>A person outranks the automation: what is paused stays paused, and a source that a person has
 * released is not set aside again, until a person says so. Of two persons the later one is right.
 */
public final class CommandRules implements CommandPolicy {

  private static final long serialVersionUID = 1;
  private static final int ANY_GENERATION = -1;

  /** Argument of ACKNOWLEDGE: how many rollbacks and quarantines of sources it is about. */
  public static final String SEEN = "seen";

  /** What an older command of a person could undo of a newer one. */
  private static final Set<CommandKind> LASTING =
      EnumSet.of(
          CommandKind.PAUSE,
          CommandKind.RESUME,
          CommandKind.ROLLBACK,
          CommandKind.QUARANTINE_SOURCE,
          CommandKind.RELEASE_SOURCE);

  @Override
  public boolean isPerson(String issuer) {
    return !Issuers.RESERVED.contains(issuer);
  }

  @Override
  public boolean lasts(CommandKind kind) {
    return LASTING.contains(kind);
  }

  @Override
  public long latest(long heard) {
    return heard + SignedTimes.AHEAD.toMillis();
  }

  /** The time of the job's own commands decides nothing, so it cannot be wrong. */
  @Override
  public String untimely(ControlCommand command, long heard) {
    return isPerson(command.getIssuer()) && command.getTime() > latest(heard)
        ? "it was given at "
            + Instant.ofEpochMilli(command.getTime())
            + ", more than "
            + SignedTimes.AHEAD.toMinutes()
            + " minutes ahead of the job's clock, "
            + Instant.ofEpochMilli(heard)
            + ": set the clock of who gives it"
        : null;
  }

  @Override
  public String refusal(ControlCommand command, Situation situation) {
    if (command.getGeneration() != ANY_GENERATION
        && command.getGeneration() != situation.generation()) {
      return "it was given for generation "
          + command.getGeneration()
          + ", the adapter is at "
          + situation.generation();
    }
    if (isPerson(command.getIssuer())
        && lasts(command.getKind())
        && command.getTime() < situation.personTime()) {
      return "it was given at "
          + Instant.ofEpochMilli(command.getTime())
          + ", a person's command of "
          + Instant.ofEpochMilli(situation.personTime())
          + " was carried out since";
    }
    return switch (command.getKind()) {
      case PROMOTED ->
          command.getIssuer().equals(Issuers.GATE)
              ? unknownVersion(command, situation)
              : "only the gate promotes, not " + command.getIssuer();
      case ROLLBACK -> unknownTarget(command, situation);
      case QUARANTINE_SOURCE -> unfitQuarantine(command, situation);
      case RELEASE_SOURCE -> unfitRelease(command, situation);
      case PAUSE -> situation.paused() ? "the adapter is paused already" : null;
      case RESUME -> unfitResume(command, situation);
      case ACKNOWLEDGE -> unfitAcknowledgement(command, situation);
      default -> null;
    };
  }

  private static String unknownTarget(ControlCommand command, Situation situation) {
    boolean named = command.getArguments().containsKey("version");
    // A person may have undone what the gate takes for promoted: the trainer's own then counts.
    boolean byGate =
        command.getIssuer().equals(Issuers.GATE) && situation.promotedVersion() != null;
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
        : "version "
            + version
            + " is not known, expected one of adapter "
            + situation.adapterId()
            + " that was promoted, or that was made since";
  }

  private String unfitQuarantine(ControlCommand command, Situation situation) {
    String refusal = missing(command, "source");
    if (refusal != null) {
      return refusal;
    }
    String source = command.getArguments().get("source");
    if (situation.quarantinedSources().contains(source)) {
      return "source " + source + " is set aside already";
    }
    return !isPerson(command.getIssuer()) && situation.releasedSources().contains(source)
        ? "a person has released source " + source + ", only a person sets it aside again"
        : null;
  }

  private String unfitRelease(ControlCommand command, Situation situation) {
    String refusal = missing(command, "source");
    if (refusal != null) {
      return refusal;
    }
    if (!isPerson(command.getIssuer())) {
      return "only a person releases a source, not " + command.getIssuer();
    }
    String source = command.getArguments().get("source");
    return situation.quarantinedSources().contains(source)
        ? null
        : "source " + source + " is not set aside";
  }

  private String unfitResume(ControlCommand command, Situation situation) {
    if (!isPerson(command.getIssuer())) {
      return "only a person resumes, not " + command.getIssuer();
    }
    return situation.paused() ? null : "the adapter is not paused";
  }

  /** Nobody acknowledges what he has not heard of: he says how many he has. */
  private String unfitAcknowledgement(ControlCommand command, Situation situation) {
    if (!isPerson(command.getIssuer()) && !command.getIssuer().equals(Issuers.SCHEDULE)) {
      return "only a person acknowledges, or the time-out, not " + command.getIssuer();
    }
    if (situation.unacknowledged() == 0) {
      return "nothing waits for it: no rollback and no quarantine of a source was carried out since"
          + " the last one";
    }
    String refusal = missing(command, SEEN);
    if (refusal != null) {
      return refusal;
    }
    String seen = command.getArguments().get(SEEN);
    return seen.equals(Integer.toString(situation.unacknowledged()))
        ? null
        : "argument "
            + SEEN
            + ": found "
            + seen
            + ", expected "
            + situation.unacknowledged()
            + ", so many rollbacks and quarantines of sources are not acknowledged: look at the"
            + " last ones, and give it again";
  }

  private static String missing(ControlCommand command, String argument) {
    String value = command.getArguments().get(argument);
    return value == null
        ? "argument " + argument + " is missing, which " + command.getKind() + " needs"
        : null;
  }
}
