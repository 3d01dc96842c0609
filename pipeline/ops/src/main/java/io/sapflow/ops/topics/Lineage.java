package io.sapflow.ops.topics;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What went into an adapter's versions.
 *
 * <p>A rollback restores the number of updates with the weights: of the steps before it, those
 * beyond that number are undone. So the steps in a version are those up to its own that no rollback
 * between has undone. Where steps or versions begin anew, as after {@code --fresh}, only what comes
 * after counts.
 *
 * <p>Steps and versions are added in the order of their topics, which is that of their making.
 */
public final class Lineage {

  /** A version, and where it stands by now. */
  public record Made(AdapterVersion version, VersionStatus status) {}

  private final List<TrainingStep> steps = new ArrayList<>();
  private final Map<String, Made> versions = new LinkedHashMap<>();
  private long lastVersionStep = -1;
  private boolean begunAnew;

  /** Adds what was reported next. */
  public void add(TrainingStep step) {
    if (step.getStep() < 0) {
      return; // An answer from before there was such an adapter.
    }
    if (!steps.isEmpty() && step.getStep() <= steps.get(steps.size() - 1).getStep()) {
      steps.clear();
      begunAnew = true;
    }
    steps.add(step);
  }

  /** Adds what was said of a version next. */
  public void add(AdapterVersion version) {
    if (version.getStatus() == VersionStatus.CANDIDATE) {
      if (version.getStep() < lastVersionStep || versions.containsKey(version.getVersion())) {
        versions.clear();
        begunAnew = true;
      }
      lastVersionStep = version.getStep();
      versions.put(version.getVersion(), new Made(version, version.getStatus()));
    } else {
      // Later words on a version repeat only some of its fields.
      versions.computeIfPresent(
          version.getVersion(), (name, made) -> new Made(made.version(), version.getStatus()));
    }
  }

  /** Whether there was an earlier start, of which nothing is told. */
  public boolean begunAnew() {
    return begunAnew;
  }

  /** Every version in the order of its making. */
  public List<Made> versions() {
    return List.copyOf(versions.values());
  }

  /** A version by its name; null if it is not known. */
  public Made version(String name) {
    return versions.get(name);
  }

  /** The steps that trained an example, in their order, those that were undone among them. */
  public List<TrainingStep> of(String exampleId) {
    return steps.stream()
        .filter(Lineage::trained)
        .filter(step -> step.getExampleIds().contains(exampleId))
        .toList();
  }

  /** The steps in a version, in their order, as far as they are known. */
  public List<TrainingStep> in(AdapterVersion version) {
    return upTo(version.getStep());
  }

  /** The steps in the present weights. */
  public List<TrainingStep> present() {
    return upTo(Long.MAX_VALUE);
  }

  private List<TrainingStep> upTo(long last) {
    List<TrainingStep> chain = new ArrayList<>();
    int generation = steps.isEmpty() ? 0 : steps.get(0).getGeneration();
    for (TrainingStep step : steps) {
      if (step.getStep() > last) {
        break;
      }
      if (step.getGeneration() > generation) {
        generation = step.getGeneration();
        chain.removeIf(before -> before.getUpdates() > step.getUpdates());
      }
      if (trained(step)) {
        chain.add(step);
      }
    }
    return chain;
  }

  private static boolean trained(TrainingStep step) {
    return step.getOutcome() == StepStatus.TRAINED;
  }

  /** The offsets of steps, neighbouring and overlapping ranges joined. */
  public static List<OffsetRange> offsets(List<TrainingStep> steps) {
    return OffsetRanges.join(steps.stream().flatMap(step -> step.getOffsets().stream()).toList());
  }
}
