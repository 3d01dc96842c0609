package io.sapflow.pipeline.chaos;

import io.sapflow.pipeline.run.ProcessRun;
import io.sapflow.pipeline.stack.ProcessCluster;
import io.sapflow.pipeline.stack.StackException;
import io.sapflow.pipeline.stack.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Kills one process after another, each when the job has recovered from the last. */
final class Killer {

  private static final Duration LOOK = Duration.ofMillis(10);
  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);

  /** A moment that does not come within this time is not waited for. */
  private static final Duration MOMENT_LIMIT = Duration.ofSeconds(10);

  private static final int MOST_MILLIS_BEFORE = 3000;

  private final ProcessRun run;
  private final StepClock clock;
  private final SplittableRandom random;

  Killer(ProcessRun run, StepClock clock, long seed) {
    this.run = run;
    this.clock = clock;
    this.random = new SplittableRandom(seed);
  }

  /** Waits for a moment, kills, restores what was killed, and waits until steps are made again. */
  Kill kill(ChaosPlan.Target target) {
    settle();
    Waiting.pause(Duration.ofMillis(random.nextInt(MOST_MILLIS_BEFORE)));
    Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
    int taskManager = target == ChaosPlan.Target.TM ? trainer() : -1;
    await(moment);
    long killed = System.nanoTime();
    long detected =
        switch (target) {
          case TM -> {
            run.cluster().killTaskManager(taskManager);
            until("noticed that TaskManager " + taskManager + " is gone", this::isNotRunning);
            yield System.nanoTime();
          }
          case JM -> {
            run.cluster().killJobManager();
            yield System.nanoTime();
          }
          case BROKER -> {
            run.broker().kill();
            yield System.nanoTime();
          }
        };
    if (target == ChaosPlan.Target.JM) {
      run.cluster().startJobManager();
    } else if (target == ChaosPlan.Target.BROKER) {
      run.broker().restart();
    }
    until("run again after a kill of " + target, run.job()::isRunning);
    long running = System.nanoTime();
    until("made a step after a kill of " + target, () -> clock.last() > running);
    long stepped = clock.last();
    if (target == ChaosPlan.Target.TM) {
      // Its slots were spare: a supervisor would fill its place, too.
      run.cluster().startTaskManager(taskManager);
      run.cluster().awaitTaskManagers(run.cluster().taskManagers());
    }
    return new Kill(
        target,
        moment,
        (detected - killed) / 1e9,
        (running - killed) / 1e9,
        (stepped - killed) / 1e9);
  }

  /** Waits until the job runs, makes steps and has completed a checkpoint since. */
  private void settle() {
    until("run", run.job()::isRunning);
    long from = System.nanoTime();
    long completed = completed();
    until("made a step", () -> clock.last() > from);
    until("completed a checkpoint", () -> completed() > completed);
  }

  private boolean isNotRunning() {
    return !run.job().isRunning();
  }

  /** The number of a TaskManager that trains. */
  private int trainer() {
    List<String> ids = run.job().taskManagersOf("train");
    if (ids.isEmpty()) {
      throw new StackException("no TaskManager trains");
    }
    return ProcessCluster.indexOf(ids.get(random.nextInt(ids.size())));
  }

  private void await(Moment moment) {
    long completed = completed();
    BooleanSupplier come =
        switch (moment) {
          case ANY -> () -> true;
          case CHECKPOINT -> this::checkpointIsTaken;
          case COMMIT -> () -> completed() > completed;
          case VERSION -> this::versionIsWritten;
        };
    long end = System.nanoTime() + MOMENT_LIMIT.toNanos();
    while (!come.getAsBoolean() && System.nanoTime() < end) {
      if (moment == Moment.VERSION) {
        Thread.onSpinWait();
      } else {
        Waiting.pause(LOOK);
      }
    }
  }

  private boolean checkpointIsTaken() {
    return run.job()
        .checkpoints()
        .filter(all -> all.getCounts().getNumberInProgressCheckpoints() > 0)
        .isPresent();
  }

  private long completed() {
    return run.job()
        .checkpoints()
        .map(all -> all.getCounts().getNumberCompletedCheckpoints())
        .orElse(0L);
  }

  /** A version that is not whole yet stands in a directory whose name begins with a dot. */
  private boolean versionIsWritten() {
    try (Stream<Path> adapters = Files.list(run.store())) {
      return adapters.anyMatch(Killer::holdsHidden);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean holdsHidden(Path adapter) {
    try (Stream<Path> versions = Files.list(adapter)) {
      return versions.anyMatch(version -> version.getFileName().toString().startsWith("."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + RECOVERY_LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      run.job().check();
      if (System.nanoTime() > end) {
        throw new StackException(
            "the job has not " + what + " within " + RECOVERY_LIMIT.toSeconds() + " s");
      }
      Waiting.pause(LOOK);
    }
  }
}
