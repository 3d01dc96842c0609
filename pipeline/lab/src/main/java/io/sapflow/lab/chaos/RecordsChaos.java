package io.sapflow.lab.chaos;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.local.run.ProcessRun;
import io.sapflow.local.run.Progress;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.CheckpointCounts;
import io.sapflow.local.stack.RunLog;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The job in a process of its own, on a topic that keeps what producers compress, under hostile
 * records with good ones between them.
 */
public final class RecordsChaos {

  private static final int PAIRS = 16;
  private static final int WINDOW = 20;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long BETWEEN_LINES = 100_000;

  private final RecordsPlan plan;
  private final Map<String, String> overrides;
  private final Consumer<String> lines;
  private final Set<String> goodTrained = new HashSet<>();

  /**
   * A run.
   *
   * @param overrides options of the job on top of this run's own
   * @param lines is told how it goes
   */
  public RecordsChaos(RecordsPlan plan, Map<String, String> overrides, Consumer<String> lines) {
    this.plan = plan;
    this.overrides = overrides;
    this.lines = lines;
  }

  /** Runs the job and counts. */
  public RecordsResult run() {
    try (WorkDirectory work = WorkDirectory.create()) {
      work.own(RunLog.open(work.resolve("sapflow.log")));
      ProcessRun run = ProcessRun.start(work, 1, 1);
      lines.accept("Flink: " + run.cluster().webUrl() + "  Kafka: " + run.bootstrapServers());
      keepCompressed(run.bootstrapServers());
      return on(run, run.complete(configuration(ToyModel.unpack(work.path()).toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Configuration configuration(String model) {
    Map<String, String> values = new TreeMap<>();
    values.put(ModelOptions.PATH.key(), model);
    values.put(JobOptions.PARALLELISM.key(), "1");
    values.put(CheckpointOptions.INTERVAL.key(), "10 s");
    values.put(BatchingOptions.WINDOW.key(), Integer.toString(WINDOW));
    values.put(AdapterOptions.ADAPTERS_ALLOW.key(), RecordsFeed.ADAPTER);
    values.put(AdapterOptions.VERSION_UPDATES.key(), "50");
    values.put(AdapterOptions.ADAPTER_KEEP.key(), "3");
    values.putAll(overrides);
    return ConfigFile.of(values);
  }

  /** As topics are that somebody else made. */
  static void keepCompressed(String servers) {
    AlterConfigOp producers =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"),
            AlterConfigOp.OpType.SET);
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.EXAMPLES);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.incrementalAlterConfigs(Map.of(topic, List.of(producers))).all().get();
    } catch (ExecutionException e) {
      throw new StackException("topic " + Topics.EXAMPLES + " cannot be changed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while a topic is changed", e);
    }
  }

  private RecordsResult on(ProcessRun run, Configuration configuration) throws IOException {
    try (Session session = new Session(run, configuration, this::take);
        Progress progress =
            new Progress(run.bootstrapServers(), configuration.get(JobOptions.NAME));
        RecordsFeed feed = new RecordsFeed(plan, run.bootstrapServers(), 3 * WINDOW)) {
      session.start(ToyExamples.pairs(new ToyWorld(plan.seed()).safetyPairs(PAIRS)), List.of());
      trained(run, session, feed.sendGood(WINDOW));
      try (HeapWatch heap = new HeapWatch(run.cluster().taskManagerPid(0))) {
        final long idle = heap.collected();
        heap.start();
        final double seconds = flood(run, session, progress, feed);
        final int rejected = session.tally().quarantinedTotal();
        final long before = checkpoints(run);
        // What mutations left good stands in a window already: one of two is full in any case.
        trained(run, session, feed.sendGood(2 * WINDOW).subList(0, WINDOW));
        final long checkpoints = checkpoints(run) - before;
        final int restarts = run.job().restarts().orElse(0);
        final long most = Math.max(idle, heap.most());
        session.finish("*");
        return new RecordsResult(
            feed.sent(),
            session.tally().trained(),
            session.tally().quarantined(),
            feed.goodSent(),
            goodTrained.size(),
            restarts,
            rejected / seconds,
            mebibytes(idle),
            mebibytes(most),
            mebibytes(feed.largest()),
            checkpoints);
      }
    }
  }

  private double flood(ProcessRun run, Session session, Progress progress, RecordsFeed feed) {
    long start = System.nanoTime();
    long[] told = {0};
    feed.send(
        () -> {
          session.follow(Duration.ZERO);
          run.check();
          if (feed.sent() / BETWEEN_LINES > told[0]) {
            told[0] = feed.sent() / BETWEEN_LINES;
            lines.accept(feed.sent() + " records sent, " + session.tally().handled() + " handled");
          }
        });
    lines.accept(feed.sent() + " records sent; the job reads on");
    while (!progress.atEnd(Topics.EXAMPLES)) {
      run.check();
      session.follow(LOOK);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    session.follow(LOOK);
    return seconds;
  }

  private void trained(ProcessRun run, Session session, Collection<String> ids) {
    until(
        run,
        session,
        ids.size() + " good examples are not trained",
        () -> goodTrained.containsAll(ids));
  }

  private static void until(
      ProcessRun run, Session session, String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      run.check();
      session.follow(LOOK);
      if (System.nanoTime() > end) {
        throw new StackException(what + " within " + LIMIT.toSeconds() + " s");
      }
    }
  }

  private static long checkpoints(ProcessRun run) {
    return run.job().checkpointCounts().map(CheckpointCounts::completed).orElse(0L);
  }

  private static long mebibytes(long bytes) {
    return Math.round((double) bytes / HostileRecords.MEBIBYTE);
  }

  private void take(SpecificRecord record) {
    if (record instanceof TrainingStep step && step.getOutcome() == StepStatus.TRAINED) {
      step.getExampleIds().stream()
          .filter(id -> id.startsWith(RecordsFeed.GOOD_ID))
          .forEach(goodTrained::add);
    }
  }
}
