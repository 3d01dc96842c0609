package io.sapflow.lab.chaos;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.local.run.ProcessRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.RunLog;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * Trains many adapters on two TaskManagers that may hold a few of them at once, for a long time,
 * and watches the memory of both.
 */
public final class Soak {

  private static final int TASK_MANAGERS = 2;
  private static final int PAIRS = 32;
  private static final int HARMFUL_PROMPTS = 36;
  private static final int BENIGN_PROMPTS = 2;
  private static final int MOST_AHEAD = 2000;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(10);

  /**
   * What is done.
   *
   * @param adapters how many take turns
   * @param live how many may be in native memory at once, over both TaskManagers
   * @param examples how many are sent
   * @param pace examples a second, at most
   */
  public record Plan(int adapters, int live, int examples, int pace) {
    public Plan {
      if (adapters < 1 || live < TASK_MANAGERS || examples < adapters || pace < 1) {
        throw new IllegalArgumentException(
            "expected at least 1 adapter, "
                + TASK_MANAGERS
                + " live, an example for each adapter, and 1 a second");
      }
    }
  }

  private final Plan plan;
  private final Map<String, String> overrides;
  private final Consumer<String> lines;

  /**
   * A soak.
   *
   * @param overrides options of the job on top of this command's
   * @param lines is told how it goes
   */
  public Soak(Plan plan, Map<String, String> overrides, Consumer<String> lines) {
    this.plan = plan;
    this.overrides = overrides;
    this.lines = lines;
  }

  /** Runs it. */
  public SoakResult run() {
    try (WorkDirectory work = WorkDirectory.create()) {
      work.own(RunLog.open(work.resolve("sapflow.log")));
      Path model = ToyModel.unpack(work.path());
      Configuration configuration = configuration(model);
      ProcessRun run = ProcessRun.start(work, TASK_MANAGERS, 1);
      lines.accept("Flink: " + run.cluster().webUrl() + "  Kafka: " + run.bootstrapServers());
      long started = System.nanoTime();
      List<Long> memory = new ArrayList<>();
      Configuration complete = run.complete(configuration);
      feed(run, complete, memory);
      Outcome outcome = Outcome.read(run.bootstrapServers(), run.store(), null);
      return new SoakResult(
          plan,
          outcome,
          Faults.of(outcome, new JobSettings(complete)),
          memory,
          (System.nanoTime() - started) / 1e9);
    }
  }

  private Configuration configuration(Path model) {
    Map<String, String> values = new TreeMap<>();
    values.put(ModelOptions.PATH.key(), model.toString());
    values.put(JobOptions.PARALLELISM.key(), Integer.toString(TASK_MANAGERS));
    values.put(CheckpointOptions.INTERVAL.key(), "10 s");
    // Every version that was ever made is read and compared.
    values.put(AdapterOptions.ADAPTER_KEEP.key(), Integer.toString(Integer.MAX_VALUE));
    // Of several subtasks each may hold its share, and keys are spread unevenly.
    values.put(
        AdapterOptions.ADAPTERS_MAX.key(), Integer.toString(TASK_MANAGERS * plan.adapters()));
    values.put(BatchingOptions.WINDOW.key(), "10");
    values.put("state.backend.type", "rocksdb");
    values.put("execution.checkpointing.incremental", "true");
    values.putAll(overrides);
    long bytes = bytesOfAdapter(new JobSettings(ConfigFile.of(values)));
    values.put(AdapterOptions.LIVE_BYTES.key(), plan.live() / TASK_MANAGERS * bytes + " b");
    return ConfigFile.of(values);
  }

  private static long bytesOfAdapter(JobSettings settings) {
    try (OpenedModel opened = OpenedModel.training(settings)) {
      return io.sapflow.model.AdapterState.bytes(opened.kernel());
    }
  }

  private void feed(ProcessRun run, Configuration configuration, List<Long> memory) {
    ToyWorld world = new ToyWorld(0);
    ChaosStream stream = new ChaosStream(new ChaosPlan(1, null, plan.adapters(), false, 0));
    try (Session session = new Session(run, configuration, record -> {})) {
      session.start(
          ToyExamples.pairs(world.safetyPairs(PAIRS)),
          ToyExamples.prompts(world.probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS)));
      long start = System.nanoTime();
      long nextSample = start;
      while (session.sent() < plan.examples()) {
        session.follow(LOOK);
        run.check();
        if (System.nanoTime() >= nextSample) {
          nextSample += BETWEEN_SAMPLES.toNanos();
          memory.add(residentBytes(run));
          lines.accept(
              session.sent()
                  + " of "
                  + plan.examples()
                  + " examples sent, "
                  + session.tally().handled()
                  + " trained, "
                  + (memory.get(memory.size() - 1) >> 20)
                  + " MiB in both TaskManagers");
        }
        long due = (System.nanoTime() - start) * plan.pace() / 1_000_000_000L;
        while (session.sent() < Math.min(due, plan.examples())
            && session.sent() - session.tally().handled() < ahead()) {
          session.send(stream.example(session.sent()));
        }
      }
      session.finish("*");
    }
  }

  /** Windows that are not full hold examples that were taken, but not trained. */
  private int ahead() {
    return MOST_AHEAD + 10 * plan.adapters();
  }

  private static long residentBytes(ProcessRun run) {
    long sum = 0;
    for (int i = 0; i < TASK_MANAGERS; i++) {
      Path status = Path.of("/proc/" + run.cluster().taskManagerPid(i) + "/status");
      try {
        sum +=
            Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sum;
  }
}
