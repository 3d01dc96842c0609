package io.sapflow.lab.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.JobSettings;
import io.sapflow.lab.bench.Medians;
import io.sapflow.local.files.JsonReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What became of a run under kills, beside one that was left alone. */
public final class ChaosResult {

  private final ChaosPlan plan;
  private final List<Kill> kills;
  private final Outcome disturbed;
  private final Outcome undisturbed;
  private final Faults faults;
  private final List<String> undisturbedFaults;
  private final List<String> differences = new ArrayList<>();

  ChaosResult(
      ChaosPlan plan,
      List<Kill> kills,
      Outcome disturbed,
      Outcome undisturbed,
      JobSettings settings) {
    this.plan = plan;
    this.kills = kills;
    this.disturbed = disturbed;
    this.undisturbed = undisturbed;
    this.faults = Faults.of(disturbed, settings);
    // Where it is given the other's commands, its own loop has nothing to judge.
    this.undisturbedFaults =
        plan.incident() ? undisturbed.storeFaults() : Faults.of(undisturbed, settings).words();
    compare(disturbed.digests(), undisturbed.digests());
    compare(disturbed.learned(), undisturbed.learned());
  }

  /** Names the first difference of each adapter. */
  private void compare(Map<String, List<String>> one, Map<String, List<String>> other) {
    TreeSet<String> adapters = new TreeSet<>(one.keySet());
    adapters.addAll(other.keySet());
    for (String adapter : adapters) {
      List<String> a = one.getOrDefault(adapter, List.of());
      List<String> b = other.getOrDefault(adapter, List.of());
      for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        String left = i < a.size() ? a.get(i) : "nothing";
        String right = i < b.size() ? b.get(i) : "nothing";
        if (!Objects.equals(left, right)) {
          differences.add(adapter + ": killed " + left + ", left alone " + right);
          break;
        }
      }
    }
  }

  /** Whether the killed run ended as the other did, and told everything once. */
  public boolean holds() {
    return differences.isEmpty() && faults.none() && undisturbedFaults.isEmpty();
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    json.put("seed", plan.seed()).put("adapters", plan.adapters()).put("incident", plan.incident());
    kills.forEach(kill -> kill.write(json.withArrayProperty("kills").addObject()));
    json.put("examples", disturbed.examples().size());
    json.put("steps", disturbed.steps().size());
    json.put("versions", disturbed.digests().values().stream().mapToInt(List::size).sum());
    json.put("digestsEqual", differences.isEmpty());
    faults.write(json);
    ObjectNode digests = json.putObject("sha256");
    undisturbed
        .digests()
        .forEach((adapter, versions) -> digests.put(adapter, versions.get(versions.size() - 1)));
    return json;
  }

  /** In words, for a terminal. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (ChaosPlan.Target target : ChaosPlan.Target.values()) {
      List<Kill> of = kills.stream().filter(kill -> kill.target() == target).toList();
      if (!of.isEmpty()) {
        lines.add(
            String.format(
                Locale.ROOT,
                "%-9s %s %d times: running again after %.1f s, first new step after %.1f s (medians)",
                target.name().toLowerCase(Locale.ROOT),
                target.isKill() ? "killed" : "played",
                of.size(),
                Medians.of(of.stream().mapToDouble(Kill::secondsToRunning).toArray()),
                Medians.of(of.stream().mapToDouble(Kill::secondsToFirstStep).toArray())));
      }
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%d examples, %d steps, %d versions of %d adapters: %s",
            disturbed.examples().size(),
            disturbed.steps().size(),
            disturbed.digests().values().stream().mapToInt(List::size).sum(),
            disturbed.digests().size(),
            differences.isEmpty() ? "all equal to the undisturbed run's" : "NOT all equal"));
    lines.addAll(faults.lines());
    lines.addAll(differences);
    undisturbedFaults.forEach(fault -> lines.add("left alone: " + fault));
    return lines;
  }
}
