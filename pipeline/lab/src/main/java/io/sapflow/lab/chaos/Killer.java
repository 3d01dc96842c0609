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

/** Brings one fault after another, each when the job has recovered from the last. */
final class Killer {

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);
  private static final int MOST_MILLIS_BEFORE = 3000;

  /** How long what is no kill lasts. */
  private static final int LEAST_SECONDS = 10;

  private static final int MOST_SECONDS = 120;

  /** Within a producer's delivery time-out, so that whoever feeds the job can go on. */
  private static final int MOST_BROKER_SECONDS = 60;

  private static final int MOST_DISK_SECONDS = 30;

  private final ProcessRun run;
  private final StepClock clock;
  private final MomentWatch moments;
  private final SplittableRandom random;
  private final Means means;
  private volatile boolean at;

  /** What a run has for faults that kill no process. */
  interface Means {
    /** Sends a record that inflates, and waits until the broker has it. */
    void sendInflated();

    /** The disk of the adapter store. */
    SmallDisk disk();

    /** Tries to start a second instance beside the job, which must be refused. */
    void startAnother();
  }

  Killer(ProcessRun run, StepClock clock, long seed, Means means) {
    this.run = run;
    this.clock = clock;
    this.means = means;
    this.moments = new MomentWatch(run);
    this.random = new SplittableRandom(seed);
  }

  /** Whether the job runs and nothing is being done to it. */
  boolean leavesAlone() {
    return !at && run.job().isRunning();
  }

  /** Waits for a moment, kills, restores what was killed, and waits until steps are made again. */
  Kill kill(ChaosPlan.Target target, Moment moment) {
    settle();
    pauseAtMost(MOST_MILLIS_BEFORE);
    at = true;
    try {
      return target.isKill() ? killAt(target, moment) : disturb(target);
    } finally {
      at = false;
    }
  }

  private Kill killAt(ChaosPlan.Target target, Moment moment) {
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
        String[] address = run.broker().bootstrapServers().split(":");
        until("been seen to be gone", () -> refuses(address[0], Integer.parseInt(address[1])));
      }
      default -> throw new IllegalArgumentException(target + " kills nothing");
    }
    long detected = System.nanoTime();
    if (target == ChaosPlan.Target.JM) {
      run.cluster().startJobManager();
    } else if (target == ChaosPlan.Target.BROKER) {
      run.broker().restart();
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

  /** Does what kills nothing, undoes it after a while, and waits until steps are made again. */
  private Kill disturb(ChaosPlan.Target target) {
    long begun = System.nanoTime();
    int restarts = run.job().restarts().orElse(0);
    switch (target) {
      case STOP -> stopForAWhile();
      case PARTITION -> {
        run.relay().cut();
        try {
          pauseBetween(LEAST_SECONDS, MOST_BROKER_SECONDS);
        } finally {
          run.relay().heal();
        }
      }
      case DISK -> {
        means.disk().fill();
        try {
          pauseBetween(LEAST_SECONDS, MOST_DISK_SECONDS);
        } finally {
          means.disk().free();
        }
      }
      case RECORD -> means.sendInflated();
      case INSTANCE -> means.startAnother();
      default -> throw new IllegalArgumentException(target + " is none of these");
    }
    final long over = System.nanoTime();
    for (int i = 0; i < run.cluster().taskManagers(); i++) {
      if (!run.cluster().isRunning(i)) {
        // One that was thought dead for long may have ended itself.
        run.cluster().startTaskManager(i);
      }
    }
    run.cluster().awaitTaskManagers(run.cluster().taskManagers());
    until("run again after " + target, run.job()::isRunning);
    long running = System.nanoTime();
    until("made a new step after " + target, () -> clock.last() > running);
    boolean harmless = target == ChaosPlan.Target.RECORD || target == ChaosPlan.Target.INSTANCE;
    if (harmless && run.job().restarts().orElse(0) > restarts) {
      throw new StackException("the job was restarted by a fault of the kind " + target);
    }
    return new Kill(
        target,
        Moment.ANY,
        true,
        (over - begun) / 1e9,
        (running - begun) / 1e9,
        (clock.last() - begun) / 1e9);
  }

  private void stopForAWhile() {
    boolean broker = random.nextInt(3) == 0;
    long pid =
        broker ? run.broker().pid() : run.cluster().taskManagerPid(trainer(Optional.empty()));
    signal("-STOP", pid);
    try {
      pauseBetween(LEAST_SECONDS, broker ? MOST_BROKER_SECONDS : MOST_SECONDS);
    } finally {
      signal("-CONT", pid);
    }
  }

  private static void signal(String name, long pid) {
    try {
      int code = new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor();
      if (code != 0) {
        throw new StackException("kill " + name + " " + pid + " ended with " + code);
      }
    } catch (IOException e) {
      throw new StackException("kill " + name + " cannot be called: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while a process is stopped", e);
    }
  }

  private void pauseBetween(int least, int most) {
    Waiting.pause(Duration.ofSeconds(random.nextInt(least, most + 1)));
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
