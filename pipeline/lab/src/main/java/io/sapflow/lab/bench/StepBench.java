package io.sapflow.lab.bench;

import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.BaseModel;
import io.sapflow.model.ModelConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Counts, and times, all arrangements in one process on the same examples, step by step in turn, so
 * that whatever else the machine does meets all of them alike. Each batch is met by every kind of
 * step; the reference's arrangement, of whose steps one is as long as another, by the first seed's
 * batches alone.
 */
public final class StepBench {

  private final BenchSettings settings;
  private final ModelConfig config;
  private final Consumer<String> lines;

  private StepBench(BenchSettings settings, ModelConfig config, Consumer<String> lines) {
    this.settings = settings;
    this.config = config;
    this.lines = lines;
  }

  /**
   * Runs it.
   *
   * @param directory the model
   * @param lines is told how it goes
   */
  public static StepBenchResult run(
      Path directory, BenchSettings settings, Consumer<String> lines) {
    if (!settings.timed()) {
      return new StepBench(settings, ModelConfig.read(directory), lines).run(Map.of());
    }
    try (BaseModel base =
        BaseModel.open(
            directory, settings.job().computeType(), settings.job().get(ModelOptions.DEVICE))) {
      StepBench bench = new StepBench(settings, base.config(), lines);
      Map<Arrangement, ArrangementRun> runs = new EnumMap<>(Arrangement.class);
      try {
        for (Arrangement arrangement : Arrangement.values()) {
          runs.put(arrangement, new ArrangementRun(arrangement, base, settings));
        }
        bench.warmUp(runs);
        return bench.run(runs);
      } finally {
        runs.values().forEach(ArrangementRun::close);
      }
    }
  }

  /**
   * The largest batch first, for the peak; arrangements in the order of their memory, since what
   * one has freed may stay with the process.
   */
  private void warmUp(Map<Arrangement, ArrangementRun> runs) {
    List<Work> work = settings.work(0, config.vocabSize());
    Work largest = work.stream().max(Comparator.comparingInt(Work::usefulTokens)).orElseThrow();
    runs.values().forEach(run -> run.warmUp(List.of(largest, work.get(0))));
    lines.accept("warm");
  }

  private StepBenchResult run(Map<Arrangement, ArrangementRun> runs) {
    Map<Arrangement, List<Measured>> measured = new EnumMap<>(Arrangement.class);
    for (int seed = 0; seed < settings.seeds(); seed++) {
      List<Work> work = settings.work(seed, config.vocabSize());
      for (Map.Entry<Arrangement, Tally> each : tally(seed, work, runs).entrySet()) {
        ArrangementRun run = runs.get(each.getKey());
        OptionalLong peak = run == null ? OptionalLong.empty() : run.peakBytes();
        measured
            .computeIfAbsent(each.getKey(), any -> new ArrayList<>())
            .add(each.getValue().measured(peak));
      }
      lines.accept(
          "seed " + (seed + 1) + " of " + settings.seeds() + ": " + work.size() + " batches");
    }
    return new StepBenchResult(settings, config, measured);
  }

  private Map<Arrangement, Tally> tally(
      int seed, List<Work> batches, Map<Arrangement, ArrangementRun> runs) {
    Map<Arrangement, Tally> tallies = new EnumMap<>(Arrangement.class);
    for (Work work : batches) {
      for (Arrangement arrangement : Arrangement.values()) {
        if (arrangement == Arrangement.REFERENCE && seed > 0) {
          continue;
        }
        Tally tally = tallies.computeIfAbsent(arrangement, any -> new Tally());
        StepFlops flops = StepFlops.of(arrangement, settings, config);
        tally.batch(work);
        for (StepKind kind : StepKind.of(flops.options())) {
          ArrangementRun run = runs.get(arrangement);
          double seconds = run == null ? Double.NaN : run.seconds(work, kind);
          tally.step(kind, seconds, flops.of(work, kind.update()));
        }
      }
    }
    return tallies;
  }
}
