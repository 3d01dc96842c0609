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
import java.util.function.Consumer;

/**
 * Times all arrangements in one process on the same examples, step by step in turn, so that
 * whatever else the machine does meets all of them alike.
 */
public final class StepBench {

  private StepBench() {}

  /**
   * Runs it.
   *
   * @param directory the model
   * @param lines is told how it goes
   */
  public static StepBenchResult run(
      Path directory, BenchSettings settings, Consumer<String> lines) {
    try (BaseModel base =
        BaseModel.open(
            directory, settings.job().computeType(), settings.job().get(ModelOptions.DEVICE))) {
      ModelConfig config = base.config();
      Limits limits = settings.limits();
      List<Work> work =
          new Workload(
                  settings.histogram(),
                  settings.job().train().batch(),
                  config.vocabSize(),
                  limits.examples(),
                  limits.pairs())
              .next(settings.wholeSteps());
      Map<Arrangement, ArrangementRun> runs = new EnumMap<>(Arrangement.class);
      try {
        for (Arrangement arrangement : Arrangement.values()) {
          runs.put(arrangement, new ArrangementRun(arrangement, base, settings));
        }
        time(runs, work, settings, lines);
        Map<Arrangement, Measured> measured = new EnumMap<>(Arrangement.class);
        runs.forEach((arrangement, run) -> measured.put(arrangement, run.measured()));
        return new StepBenchResult(settings, config, measured);
      } finally {
        runs.values().forEach(ArrangementRun::close);
      }
    }
  }

  private static void time(
      Map<Arrangement, ArrangementRun> runs,
      List<Work> work,
      BenchSettings settings,
      Consumer<String> lines) {
    // The largest batch first, for the peak; arrangements in the order of their memory, since what
    // one has freed may stay with the process.
    List<Work> warmUp = new ArrayList<>();
    warmUp.add(work.stream().max(Comparator.comparingInt(Work::usefulTokens)).orElseThrow());
    warmUp.add(work.get(0));
    runs.values().forEach(run -> run.warmUp(warmUp));
    lines.accept("warm");
    for (int i = 0; i < work.size(); i++) {
      for (ArrangementRun run : runs.values()) {
        run.run(work.get(i));
      }
      if ((i + 1) % settings.cycle() == 0) {
        lines.accept((i + 1) + " of " + work.size() + " steps of each");
      }
    }
  }
}
