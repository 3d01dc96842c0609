package io.sapflow.lab.chaos;

import io.sapflow.job.TuningJob;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.ProcessRun;
import io.sapflow.local.stack.ProcessCluster;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Kills one process after another, each when the job has recovered from the last. */
final class Killer {

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);
  private static final int MOST_MILLIS_BEFORE = 3000;

  private final ProcessRun run;
  private final StepClock clock;
  private final MomentWatch moments;
  private final SplittableRandom random;

  Killer(ProcessRun run, StepClock clock, long seed) {
    this.run = run;
    this.clock = clock;
    this.moments = new MomentWatch(run);
    this.random = new SplittableRandom(seed);
  }

  /** Waits for a moment, kills, restores what was killed, and waits until steps are made again. */
  Kill kill(ChaosPlan.Target target, Moment moment) {
    settle();
    pauseAtMost(MOST_MILLIS_BEFORE);
    int taskManager = trainer(Optional.empty());
    int first = -1;
    boolean met = true;
    switch (moment) {
      case ANY -> {}
      case CHECKPOINT -> met = moments.checkpoint();
      case COMMIT -> met = moments.commit();
      case VERSION -> {
        Optional<String> adapter = moments.version();
        met = adapter.isPresent();
        taskManager = trainer(adapter);
      }
      case RECOVERY -> {
        first = taskManager;
        taskManager = other(first);
        run.cluster().killTaskManager(first);
        until("noticed that a TaskManager is gone", run.job()::isKnownNotToRun);
        run.cluster().startTaskManager(first);
        pauseAtMost(MOST_MILLIS_BEFORE);
        met = !run.job().isRunning();
      }
    }
    Kill kill = kill(target, moment, met, taskManager);
    if (target == ChaosPlan.Target.TM) {
      // Its slots were spare: a supervisor would fill its place, too.
      run.cluster().startTaskManager(taskManager);
    }
    run.cluster().awaitTaskManagers(run.cluster().taskManagers());
    return kill;
  }

  private Kill kill(ChaosPlan.Target target, Moment moment, boolean met, int taskManager) {
    long killed = System.nanoTime();
    switch (target) {
      case TM -> {
        run.cluster().killTaskManager(taskManager);
        if (moment != Moment.RECOVERY) { // else it is not running anyway
          until("noticed that a TaskManager is gone", run.job()::isKnownNotToRun);
        }
      }
      case JM -> {
        run.cluster().killJobManager();
        URI web = run.cluster().webUrl();
        until("been seen to be gone", () -> refuses(web.getHost(), web.getPort()));
      }
      case BROKER -> {
        run.broker().kill();
        String[] address = run.bootstrapServers().split(":");
        until("been seen to be gone", () -> refuses(address[0], Integer.parseInt(address[1])));
      }
    }
    long detected = System.nanoTime();
    switch (target) {
      case TM -> {}
      case JM -> run.cluster().startJobManager();
      case BROKER -> run.broker().restart();
    }
    until("run again after a kill of " + target, run.job()::isRunning);
    long running = System.nanoTime();
    until("made a new step after a kill of " + target, () -> clock.last() > running);
    return new Kill(
        target,
        moment,
        met,
        (detected - killed) / 1e9,
        (running - killed) / 1e9,
        (clock.last() - killed) / 1e9);
  }

  private static boolean refuses(String host, int port) {
    try (Socket socket = new Socket(host, port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  /** Waits until the job runs, makes steps and has completed a checkpoint since. */
  private void settle() {
    until("run", run.job()::isRunning);
    long from = System.nanoTime();
    long completed = moments.completed();
    until("made a step", () -> clock.last() > from);
    until("completed a checkpoint", () -> moments.completed() > completed);
  }

  /** The number of the TaskManager that trains an adapter, or of any that trains. */
  private int trainer(Optional<String> adapter) {
    List<String> bySubtask = run.job().taskManagersOf("train");
    if (bySubtask.isEmpty()) {
      throw new StackException("no TaskManager trains");
    }
    int subtask =
        adapter
            .map(id -> TuningJob.subtaskOf(id, bySubtask.size()))
            .orElseGet(() -> random.nextInt(bySubtask.size()));
    return ProcessCluster.indexOf(bySubtask.get(subtask));
  }

  private int other(int taskManager) {
    return (taskManager + 1) % run.cluster().taskManagers();
  }

  private void pauseAtMost(int millis) {
    Waiting.pause(Duration.ofMillis(random.nextInt(millis)));
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
