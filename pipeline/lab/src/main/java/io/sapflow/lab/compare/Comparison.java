package io.sapflow.lab.compare;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.ModelFactory;
import io.sapflow.job.Preflight;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.model.BaseModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** Every method on every seed. Runs share nothing but the base model, so their order is free. */
public final class Comparison {

  private final Plan plan;
  private final Map<String, String> options;
  private final LongFunction<Material> material;

  /**
   * A comparison.
   *
   * @param options the job's, for all methods; what a method says goes before them
   * @param material of a seed
   */
  public Comparison(Plan plan, Map<String, String> options, LongFunction<Material> material) {
    this.plan = plan;
    this.options = options;
    this.material = material;
  }

  /** The settings of a method's run on a seed. */
  public JobSettings settings(ComparedMethod method, long seed) {
    Map<String, String> values = method.over(options);
    values.put(TrainingOptions.SEED.key(), Long.toString(seed));
    return new JobSettings(ConfigFile.of(values));
  }

  /**
   * Runs everything.
   *
   * @param heard is told of every point as it is measured, one at a time
   * @return the curves of each method, by its name, in the order of the seeds
   */
  public Map<String, List<Curve>> run(PointListener heard) {
    // Impossible settings are refused before the first run.
    plan.methods().forEach(this::check);
    ExecutorService pool = Executors.newFixedThreadPool(plan.parallel());
    // Held open, so that the base is loaded once for all runs.
    try (BaseModel base = ModelFactory.base(settings(plan.methods().get(0), plan.firstSeed()))) {
      Map<String, List<Future<Curve>>> started = new LinkedHashMap<>();
      plan.methods().forEach(method -> started.put(method.name(), new ArrayList<>()));
      for (int i = 0; i < plan.seeds(); i++) {
        long seed = plan.firstSeed() + i;
        for (ComparedMethod method : plan.methods()) {
          started.get(method.name()).add(pool.submit(() -> curve(method, seed, heard)));
        }
      }
      Map<String, List<Curve>> curves = new LinkedHashMap<>();
      started.forEach(
          (name, runs) -> curves.put(name, runs.stream().map(Comparison::get).toList()));
      return curves;
    } finally {
      stop(pool);
    }
  }

  private void check(ComparedMethod method) {
    JobSettings settings = settings(method, plan.firstSeed());
    settings.check();
    if (method.defences().contains(ComparedMethod.Defence.REPLAY)
        && settings.train().batch().replayShare() == 0) {
      throw new IllegalArgumentException(
          SafetyOptions.REPLAY_SHARE.key()
              + ": found 0, expected more for the method "
              + method.name());
    }
    if (method.equals(plan.methods().get(0))) {
      Preflight.check(settings);
    }
  }

  /** Runs that are under way give up at their next scoring; what they use is open until then. */
  private static void stop(ExecutorService pool) {
    pool.shutdownNow();
    try {
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("a run did not stop within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Curve curve(ComparedMethod method, long seed, PointListener heard) {
    Experiment experiment =
        new Experiment(
            settings(method, seed),
            material.apply(seed),
            point -> {
              synchronized (heard) {
                heard.point(method.name(), seed, point);
              }
            });
    return new Curve(seed, experiment.run());
  }

  private static Curve get(Future<Curve> run) {
    try {
      return run.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
