package io.sapflow.alert;

import io.sapflow.schema.IncidentSignal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An incident in words: what was done, what is served, and what is left to do. */
final class IncidentWords {

  /** What may stand in a command that somebody copies into a shell. */
  private static final Pattern PLAIN = Pattern.compile("[\\w.][\\w.-]*");

  /** Code points of a source's name in the summary. */
  private static final int LONGEST = 64;

  private final IncidentSignal incident;
  private final String ofAdapter;

  IncidentWords(String adapterId, IncidentSignal incident) {
    this.incident = incident;
    this.ofAdapter = " --adapter " + adapterId;
  }

  /** What was done, how often, when, and by whom. */
  String done() {
    List<String> parts = new ArrayList<>();
    if (incident.getRollbacks() > 0) {
      parts.add(
          times(incident.getRollbacks(), "rollback", "rollbacks, the last")
              + " to version "
              + incident.getVersion());
    }
    if (incident.getQuarantines() > 0) {
      parts.add(
          times(incident.getQuarantines(), "source set aside", "times a source set aside")
              + ": "
              + incident.getSources().stream()
                  .map(IncidentWords::shortened)
                  .collect(Collectors.joining(", ")));
    }
    return count()
        + " not acknowledged: "
        + String.join("; ", parts)
        + "; "
        + when()
        + " by "
        + incident.getIssuer();
  }

  /** Rollbacks and quarantines of sources: the alert's value. */
  int count() {
    return incident.getRollbacks() + incident.getQuarantines();
  }

  /** Sources are named by whoever sends examples, at any length. */
  private static String shortened(String source) {
    return source.codePointCount(0, source.length()) <= LONGEST
        ? source
        : source.substring(0, source.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }

  private static String times(int count, String one, String more) {
    return count == 1 ? "1 " + one : count + " " + more;
  }

  private String when() {
    Instant first = second(incident.getFirstTime());
    return count() == 1
        ? "at " + first
        : "from " + first + " to " + second(incident.getLastTime()) + ", the last";
  }

  private static Instant second(long time) {
    return Instant.ofEpochMilli(time).truncatedTo(ChronoUnit.SECONDS);
  }

  /** What is served, what can be sent again, and how the incident ends. */
  String next() {
    List<String> parts = new ArrayList<>();
    parts.add(
        incident.getServed() == null
            ? "no version is served that is known"
            : "version " + incident.getServed() + " was served after it");
    if (incident.getRollbacks() > 0) {
      parts.add(
          "what was set aside with it can be sent again: " + replay("SAFETY_ROLLBACK --dry-run"));
    }
    if (incident.getQuarantines() > 0) {
      parts.add(
          "what came from the source since, once it is released: "
              + replay("SOURCE_QUARANTINED --source " + source()));
    }
    parts.add(
        "when you have looked: ./sapflow control acknowledge"
            + ofAdapter
            + " --seen "
            + count()
            + " --reason TEXT");
    return String.join("; ", parts);
  }

  private String replay(String what) {
    return "./sapflow replay" + ofAdapter + " --reason " + what;
  }

  /** The last one's name, where it is fit for a command. */
  private String source() {
    String last = incident.getSources().get(incident.getSources().size() - 1);
    return PLAIN.matcher(last).matches() ? last : "S";
  }
}
