package io.sapflow.lab.chaos;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.JobStart;
import io.sapflow.job.TuningJob;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.job.writer.NotTheWriterException;
import io.sapflow.local.run.ProcessRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.RunLog;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * Runs the job twice on the same records: first under kills and other faults, fed until the last of
 * them is over; then left alone, on as many examples, and in an incident with the first run's
 * commands at the steps at which that carried them out.
 */
public final class Chaos {

  private static final String DISTURBED = "disturbed";
  private static final int TASK_MANAGERS = 2;

  /** Of each TaskManager: as many as the job needs, so that one can do the other's work. */
  private static final int SLOTS = 2;

  private static final int PAIRS = 48;
  private static final int HARMFUL_PROMPTS = 40;
  private static final int BENIGN_PROMPTS = 8;

  /** Of each run after the broker was replaced: some windows of each adapter. */
  private static final int EXAMPLES_AFTER = 200;

  private static final Duration LOOK = Duration.ofMillis(100);

  /** Examples a second, so that kills fall into the work of a job that is not starved. */
  private static final int PACE = 40;

  /** The most examples that are sent before the job has been seen to take them. */
  private static final int MOST_AHEAD = 400;

  private final ChaosPlan plan;
  private final Map<String, String> overrides;
  private final Path out;
  private final Consumer<String> lines;
  private final ChaosStream stream;
  private final HostileRecords hostile;

  /** Before which examples, by their number, records that inflate came; of the killed run. */
  private final List<Integer> inflated = new ArrayList<>();

  /** Such records that are asked for, and not sent yet. */
  private final AtomicInteger asked = new AtomicInteger();

  private SmallDisk disk;

  /**
   * A run.
   *
   * @param overrides options of the job on top of the demo's
   * @param out directory where both runs are kept, in {@code disturbed} and {@code undisturbed};
   *     null for none
   * @param lines is told how it goes
   */
  public Chaos(ChaosPlan plan, Map<String, String> overrides, Path out, Consumer<String> lines) {
    this.plan = plan;
    this.overrides = overrides;
    this.out = out;
    this.lines = lines;
    this.stream = new ChaosStream(plan);
    this.hostile = new HostileRecords("adapter-0", plan.seed());
  }

  /** Runs the job twice and compares. */
  public ChaosResult run() {
    List<Kill> kills = new ArrayList<>();
    List<String> late = new ArrayList<>();
    Outcome disturbed = inWorkDirectory(DISTURBED, late, work -> disturbed(work, kills, late));
    lines.accept("the same again, undisturbed");
    Outcome undisturbed =
        inWorkDirectory("undisturbed", List.of(), work -> undisturbed(work, disturbed));
    return new ChaosResult(
        plan, kills, disturbed, undisturbed, new JobSettings(configuration(Path.of("."))));
  }

  /** What is done with broker and cluster. */
  private interface Part {
    void run(Started started);
  }

  private record Started(ProcessRun run, Configuration configuration) {}

  /**
   * Runs a part, and reads what it left behind.
   *
   * @param late is filled by the part: pointers that followed too late, in words
   */
  private Outcome inWorkDirectory(String name, List<String> late, Part part) {
    try (WorkDirectory work = WorkDirectory.create()) {
      work.own(RunLog.open(work.resolve("sapflow.log")));
      ProcessRun run = ProcessRun.start(work, TASK_MANAGERS, SLOTS);
      if (plan.has(ChaosPlan.Target.RECORD)) {
        RecordsChaos.keepCompressed(run.bootstrapServers());
      }
      disk = null;
      if (plan.has(ChaosPlan.Target.DISK) && name.equals(DISTURBED)) {
        disk = disk(run.store(), work);
      }
      lines.accept("Flink: " + run.cluster().webUrl() + "  Kafka: " + run.bootstrapServers());
      Path model = ToyModel.unpack(work.path());
      Path kept = out == null ? null : out.resolve(name);
      try {
        Started started = new Started(run, run.complete(configuration(model)));
        part.run(started);
        Outcome outcome = Outcome.read(run.bootstrapServers(), run.store(), kept);
        if (plan.endsReplaced() && name.equals(DISTURBED)) {
          late.addAll(replaced(started));
        }
        return outcome.with(late);
      } finally {
        if (kept != null) {
          run.keepLogs(kept.resolve("log"));
        }
      }
    }
  }

  private SmallDisk disk(Path store, WorkDirectory work) {
    try {
      return work.own(SmallDisk.mount(store));
    } catch (StackException e) {
      if (plan.target() != null) {
        throw e;
      }
      lines.accept("without full disks: " + e.getMessage());
      return null;
    }
  }

  private Configuration configuration(Path model) {
    Map<String, String> values = new TreeMap<>();
    values.put(ModelOptions.PATH.key(), model.toString());
    values.put(JobOptions.PARALLELISM.key(), Integer.toString(SLOTS));
    values.put(CheckpointOptions.INTERVAL.key(), "1 s");
    values.put(AdapterOptions.VERSION_UPDATES.key(), "10");
    // Of several subtasks each may hold its share, and keys are spread unevenly.
    values.put(AdapterOptions.ADAPTERS_MAX.key(), Integer.toString(SLOTS * plan.adapters()));
    // Every version that was ever made is read and compared.
    values.put(AdapterOptions.ADAPTER_KEEP.key(), Integer.toString(Integer.MAX_VALUE));
    values.put(BatchingOptions.WINDOW.key(), "20");
    values.put(SafetyOptions.PROBE_REFRESH.key(), "4");
    values.put(TrainingOptions.SEED.key(), Long.toString(plan.seed()));
    values.putAll(overrides);
    return ConfigFile.of(values);
  }

  private void disturbed(Started started, List<Kill> kills, List<String> late) {
    try (StepClock clock = new StepClock(started.run().bootstrapServers());
        Session session = session(started, prompts())) {
      Killer killer = new Killer(started.run(), clock, plan.seed(), means(started));
      try (PointerWatch pointers = watch(started, killer::leavesAlone)) {
        ExecutorService thread = Executors.newSingleThreadExecutor(Chaos::thread);
        try {
          Future<?> killing = thread.submit(() -> killAll(killer, kills));
          feed(started, session, killing::isDone);
          await(killing);
        } finally {
          thread.shutdownNow();
        }
        lines.accept(session.sent() + " examples sent; what waits is trained and judged");
        session.finish("*");
        late.addAll(pointers.end());
      }
    }
  }

  private static PointerWatch watch(Started started, BooleanSupplier undisturbed) {
    return new PointerWatch(started.run().bootstrapServers(), started.run().store(), undisturbed);
  }

  /**
   * An empty broker takes the other one's place, and the job begins anew, on the same store: it
   * must say so, and the pointers must go by the new topics.
   *
   * @return what did not hold, in words
   */
  private List<String> replaced(Started started) {
    lines.accept("an empty broker takes the other one's place");
    started.run().replaceBroker();
    List<String> told = new ArrayList<>();
    String root = started.run().store().resolveSibling("replaced").toString();
    JobStart.find(started.configuration(), root, true, told::add);
    List<String> faults = new ArrayList<>();
    if (told.stream().noneMatch(line -> line.contains("brokers were replaced"))) {
      faults.add("nothing was said of pointers that follow the topic of another broker: " + told);
    }
    try (Session session = session(started, prompts());
        PointerWatch pointers = watch(started, started.run().job()::isRunning)) {
      send(started, session, EXAMPLES_AFTER);
      session.finish("*");
      faults.addAll(pointers.end());
    }
    Outcome outcome = Outcome.read(started.run().bootstrapServers(), started.run().store(), null);
    if (outcome.promotions().all().size() < plan.adapters()) {
      faults.add("on the new broker only these were promoted: " + outcome.promotions().all());
    }
    faults.addAll(outcome.storeFaults());
    return faults.stream().map(fault -> "broker replaced: " + fault).toList();
  }

  private Killer.Means means(Started started) {
    return new Killer.Means() {
      @Override
      public void sendInflated() {
        asked.incrementAndGet();
        while (asked.get() > 0) {
          Waiting.pause(LOOK);
        }
      }

      @Override
      public SmallDisk disk() {
        return disk;
      }

      @Override
      public void startAnother() {
        Configuration another = new Configuration(started.configuration());
        another.set(JobOptions.NAME, "another");
        try {
          TuningJob.graph(another);
          throw new StackException("a second live instance was not refused");
        } catch (NotTheWriterException e) {
          lines.accept("a second instance: " + e.getMessage());
        }
      }
    };
  }

  /** Sends one between the examples, when those before it are on the topic. */
  private void sendInflated(Started started, Session session, int number) {
    session.flush();
    RecordsFeed.sendInflated(started.run().bootstrapServers(), hostile.inflated(number));
  }

  private void feed(Started started, Session session, BooleanSupplier over) {
    long start = System.nanoTime();
    while (!over.getAsBoolean()) {
      session.follow(LOOK);
      started.run().check();
      if (asked.get() > 0) {
        sendInflated(started, session, inflated.size());
        inflated.add(session.sent());
        asked.decrementAndGet();
      }
      long due = (System.nanoTime() - start) * PACE / 1_000_000_000L;
      while (session.sent() < due
          && session.sent() - session.tally().handled() < MOST_AHEAD
          && !over.getAsBoolean()) {
        session.send(stream.example(session.sent()));
      }
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "killer");
    thread.setDaemon(true);
    return thread;
  }

  private static void await(Future<?> killing) {
    try {
      killing.get();
    } catch (ExecutionException e) {
      throw new StackException("the kills came to no end: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while processes are killed", e);
    }
  }

  private void killAll(Killer killer, List<Kill> kills) {
    for (int i = 0; i < plan.kills(); i++) {
      String name = "fault " + (i + 1) + " of " + plan.kills() + ": ";
      if (plan.target(i) == ChaosPlan.Target.DISK && disk == null) {
        lines.accept(name + "disk, left out");
        continue;
      }
      if (plan.target(i) == ChaosPlan.Target.REPLACED) {
        lines.accept(name + "broker replaced, comes at the end");
        continue;
      }
      Kill kill = killer.kill(plan.target(i), plan.moment(i));
      kills.add(kill);
      lines.accept(name + kill);
    }
  }

  private void undisturbed(Started started, Outcome disturbed) {
    List<ControlCommand> journal = plan.incident() ? Journal.of(disturbed) : List.of();
    // With a journal nobody else may judge: without prompts nobody does.
    try (Session session = session(started, plan.incident() ? List.of() : prompts())) {
      int count = disturbed.examples().size() - inflated.size();
      if (plan.incident()) {
        // A command makes no adapter: each must be there before its commands are heard.
        int first = Math.min(plan.adapters(), count);
        send(started, session, first);
        while (session.tally().versions().size() < first) {
          session.follow(LOOK);
          started.run().check();
        }
        session.commands(journal);
      }
      send(started, session, count);
      sendInflatedAt(started, session);
      session.finish("*");
    }
  }

  private void send(Started started, Session session, int upTo) {
    while (session.sent() < upTo) {
      sendInflatedAt(started, session);
      session.send(stream.example(session.sent()));
    }
  }

  private void sendInflatedAt(Started started, Session session) {
    for (int i = 0; i < inflated.size(); i++) {
      if (inflated.get(i) == session.sent()) {
        sendInflated(started, session, i);
      }
    }
  }

  private Session session(Started started, List<ProbePrompt> prompts) {
    Session session = new Session(started.run(), started.configuration(), record -> {});
    ToyWorld world = new ToyWorld(plan.seed());
    session.start(ToyExamples.pairs(world.safetyPairs(PAIRS)), prompts);
    return session;
  }

  private List<ProbePrompt> prompts() {
    return ToyExamples.prompts(
        new ToyWorld(plan.seed()).probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS));
  }
}
