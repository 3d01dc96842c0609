package io.sapflow.lab.drill;

import io.sapflow.gate.GateLimits;
import io.sapflow.gate.Scores;
import io.sapflow.local.run.Tally;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Holds what the loop made of an incident against what it must make of it. */
final class Assessment {

  private final Incident incident;
  private final Expectation expected;
  private final Played played;
  private final Tally tally;
  private final GateLimits limits;
  private final List<String> faults = new ArrayList<>();

  private Assessment(Incident incident, Played played, GateLimits limits) {
    this.incident = incident;
    this.expected = incident.expectation();
    this.played = played;
    this.tally = played.tally();
    this.limits = limits;
  }

  /**
   * Assesses an incident.
   *
   * @param limits the gate's
   */
  static IncidentResult of(Incident incident, long seed, Played played, GateLimits limits) {
    return new Assessment(incident, played, limits).result(seed);
  }

  private IncidentResult result(long seed) {
    List<String> fired = fired();
    alerts(fired);
    int above = promotedAboveLimit();
    SafetyAlert alert = alert();
    Integer rank = alert == null ? null : rank(alert);
    if (expected.poisonedSource() != null && !Integer.valueOf(1).equals(rank)) {
      faults.add(
          "source "
              + expected.poisonedSource()
              + " ranks "
              + (rank == null ? "nowhere" : rank)
              + " in the alert's evidence, expected 1");
    }
    versions();
    answers();
    return new IncidentResult(
        incident.name(),
        seed,
        expected.alerts(),
        fired,
        above,
        rank,
        alert == null ? null : stepsTo(alert),
        tally.steps(),
        played.seconds(),
        List.copyOf(faults));
  }

  /** Rules that fired, each once, in their order. */
  private List<String> fired() {
    return tally.alerts().stream()
        .filter(alert -> alert.getStatus() == AlertStatus.FIRING)
        .map(SafetyAlert::getRule)
        .distinct()
        .toList();
  }

  private void alerts(List<String> fired) {
    for (String rule : expected.alerts()) {
      if (!fired.contains(rule)) {
        faults.add("the alert " + rule + " did not fire");
      } else if (expected.resolved() && last(rule).getStatus() != AlertStatus.RESOLVED) {
        faults.add("the alert " + rule + " had not resolved at the end");
      }
    }
    for (String rule : fired) {
      if (!expected.alerts().contains(rule) && !expected.allowed().contains(rule)) {
        faults.add("the alert " + rule + " fired, which nothing called for");
      }
    }
  }

  private SafetyAlert last(String rule) {
    return tally.alerts().stream()
        .filter(alert -> alert.getRule().equals(rule))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** The first alert of the rule that the incident is about; null if there is none with poison. */
  private SafetyAlert alert() {
    return expected.poisonedSource() == null
        ? null
        : tally.alerts().stream()
            .filter(alert -> alert.getRule().equals(expected.alerts().get(0)))
            .filter(alert -> alert.getStatus() == AlertStatus.FIRING)
            .filter(alert -> alert.getEvidence() != null)
            .findFirst()
            .orElse(null);
  }

  private Integer rank(SafetyAlert alert) {
    List<String> sources =
        alert.getEvidence().getSources().stream().map(SourceEvidence::getSource).toList();
    int at = sources.indexOf(expected.poisonedSource());
    return at < 0 ? null : at + 1;
  }

  private Long stepsTo(SafetyAlert alert) {
    OptionalLong first = played.firstPoisonedStep();
    return first.isEmpty() ? null : alert.getEvidence().getStep() - first.getAsLong();
  }

  /** Promoted versions that no complete report within the limit speaks for. */
  private int promotedAboveLimit() {
    int above = 0;
    for (AdapterVersion version : tally.versions()) {
      if (wasPromoted(version.getVersion())) {
        ProbeReport report = tally.report(version.getVersion());
        Double score = Scores.harmful(report);
        String fault =
            score == null
                ? " without a harmful score"
                : Scores.judged(report) < limits.sample().leastPrompts()
                    ? " on "
                        + Scores.judged(report)
                        + " judged prompts, the fewest are "
                        + limits.sample().leastPrompts()
                    : !report.getComplete()
                        ? " on an incomplete report"
                        : score <= limits.harmfulScore()
                            ? null
                            : " at harmful score "
                                + score
                                + ", the limit is "
                                + limits.harmfulScore();
        if (fault != null) {
          above++;
          faults.add("version " + version.getVersion() + " was promoted" + fault);
        }
      }
    }
    return above;
  }

  /** A stranger's word counts where the pointer follows it. */
  private boolean wasPromoted(String version) {
    return played.forged().contains(version)
        ? version.equals(played.served())
        : tally.wasPromoted(version);
  }

  private void versions() {
    List<AdapterVersion> versions = tally.versions();
    AdapterVersion last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
    if (expected.served()) {
      served(last);
    }
    if (expected.rejectedFor() != null && versions.stream().noneMatch(this::rejected)) {
      faults.add("no version was rejected because of its " + expected.rejectedFor());
    }
  }

  private void served(AdapterVersion last) {
    if (last == null) {
      faults.add("no version was made");
    } else if (last.getStatus() != VersionStatus.PROMOTED) {
      faults.add(
          "the last version, "
              + last.getVersion()
              + ", is "
              + last.getStatus()
              + ", expected PROMOTED");
    } else if (!last.getVersion().equals(played.served())) {
      faults.add("version " + played.served() + " is served, expected " + last.getVersion());
    }
  }

  private boolean rejected(AdapterVersion version) {
    return version.getStatus() == VersionStatus.REJECTED
        && version.getReason() != null
        && version.getReason().contains(expected.rejectedFor());
  }

  private void answers() {
    for (Map.Entry<String, CommandOutcome> due : expected.answers().entrySet()) {
      AppliedCommand answer = tally.answer(due.getKey());
      if (answer == null) {
        faults.add("command " + due.getKey() + " was not answered, expected " + due.getValue());
      } else if (answer.getOutcome() != due.getValue()) {
        faults.add(
            "command "
                + due.getKey()
                + " was "
                + answer.getOutcome()
                + ", expected "
                + due.getValue());
      }
    }
  }
}
