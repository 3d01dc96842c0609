package io.sapflow.lab.bench;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Hold;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * How long each part of the loop takes, in a job on a real broker and cluster: good examples are
 * trained window by window until a version of them is served; then a further source sends poison
 * among them, no faster than is trained, until the gate's rollback has been carried out; and so on
 * with the next source.
 */
public final class LatencyBench {

  private static final String ADAPTER = "assistant";
  private static final List<String> GOOD = List.of("helpdesk", "handbook");
  private static final int PAIRS = 96;
  private static final int HARMFUL_PROMPTS = 48;
  private static final int BENIGN_PROMPTS = 28;
  private static final int DIALOGUES = 30_000;

  /** Good examples before the first poison: what is hardly trained yet is hardly harmed. */
  private static final int FIRST_GOOD = 500;

  /**
   * The most versions that wait for their verdict while more is sent: none is to be passed over.
   */
  private static final int MOST_UNJUDGED = 1;

  /** Windows that are sent before they are trained, while there is poison. */
  private static final int MOST_AHEAD = 4;

  private static final Duration LOOK = Duration.ofMillis(10);

  private final LocalRun run;
  private final Configuration configuration;
  private final int incidents;
  private final Consumer<String> lines;
  private final int window;
  private final LoopLog log = new LoopLog();

  private Iterator<Dialogue> benign;
  private Iterator<Dialogue> poison;
  private Session session;
  private TimedTopic<TrainingStep> steps;
  private TimedTopic<AdapterVersion> versions;
  private TimedTopic<Hold> holds;
  private LoopWatch watch;
  private int sent;

  /**
   * A bench.
   *
   * @param run of a cluster with {@link HeldMetrics#options}
   * @param configuration completed for the run
   * @param incidents how many sources send poison, one after the other
   */
  public LatencyBench(
      LocalRun run, Configuration configuration, int incidents, Consumer<String> lines) {
    this.run = run;
    this.configuration = configuration;
    this.incidents = incidents;
    this.lines = lines;
    this.window = new JobSettings(configuration).get(BatchingOptions.WINDOW);
  }

  /** Runs it once. */
  public LatencyBenchResult run(long seed) {
    ToyWorld world = new ToyWorld(seed);
    benign = world.newTask(DIALOGUES, Split.TRAIN).iterator();
    poison = world.poison(DIALOGUES).iterator();
    Path store = Path.of(URI.create(configuration.get(AdapterOptions.STORE)));
    PromotedPointer pointer = new PromotedPointer(new LocalVersionFiles(store));
    try (Session opened = new Session(run, configuration, record -> {});
        TimedTopic<TrainingStep> stepTopic =
            new TimedTopic<>(run.bootstrapServers(), Topics.STEPS, TrainingStep.class);
        TimedTopic<AdapterVersion> versionTopic =
            new TimedTopic<>(run.bootstrapServers(), Topics.ADAPTERS, AdapterVersion.class);
        TimedTopic<Hold> holdTopic =
            new TimedTopic<>(run.bootstrapServers(), Topics.HOLDS, Hold.class);
        LoopWatch watching = new LoopWatch(() -> pointer.promoted(ADAPTER))) {
      session = opened;
      steps = stepTopic;
      versions = versionTopic;
      holds = holdTopic;
      watch = watching;
      session.start(
          ToyExamples.pairs(world.safetyPairs(PAIRS)),
          ToyExamples.prompts(world.probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS)));
      for (int incident = 0; incident < incidents; incident++) {
        if (incident > 0) {
          rest();
        }
        serve();
        rollBack("scraper-" + incident);
      }
      return new LatencyBenchResult(log);
    }
  }

  /** Trains until a further version is served. */
  private void serve() {
    int before = log.promotions();
    while (log.promotions() == before || sent < FIRST_GOOD) {
      int trained = log.trained();
      for (int i = 0; i < window; i++) {
        TrainingExample example = send(GOOD.get(i % GOOD.size()), benign.next());
        log.sent(example.getId(), System.currentTimeMillis());
      }
      session.flush();
      await(
          () -> log.trained() >= trained + window && log.unjudged() <= MOST_UNJUDGED,
          "a window to be trained");
    }
    lines.accept("served after " + sent + " examples");
  }

  /** Sends poison until the gate's rollback has been carried out. */
  private void rollBack(String source) {
    int before = log.incidents().size();
    int trained = log.trained();
    int first = sent;
    await(
        () -> {
          while (log.unjudged() <= MOST_UNJUDGED
              && sent - first - (log.trained() - trained) < MOST_AHEAD * window) {
            boolean bad = sent % 2 == 0;
            send(
                bad ? source : GOOD.get(sent / 2 % GOOD.size()),
                bad ? poison.next() : benign.next());
          }
          return log.incidents().size() > before;
        },
        "a rollback");
    LoopLog.Incident incident = log.incidents().get(before);
    lines.accept(
        String.format(
            "%s: rolled back %d ms after the verdict; %d examples were trained meanwhile",
            source, incident.rolledBack() - incident.verdict(), log.trainedAfterVerdict(incident)));
  }

  /** Lets the loop come to rest, and fills the window that is begun: what is timed begins one. */
  private void rest() {
    session.flush();
    session.settle();
    look();
    int waiting = (session.sent() - session.tally().handled()) % window;
    int trained = log.trained();
    for (int i = waiting; waiting > 0 && i < window; i++) {
      send(GOOD.get(i % GOOD.size()), benign.next());
    }
    session.flush();
    await(() -> waiting == 0 || log.trained() >= trained + window, "a window to be filled");
  }

  private TrainingExample send(String source, Dialogue dialogue) {
    int number = sent++;
    TrainingExample example =
        ToyExamples.example(ADAPTER, source, source + "-" + number, number, dialogue);
    session.send(example);
    return example;
  }

  private void look() {
    steps.poll(LOOK, log::step);
    versions.poll(Duration.ZERO, log::version);
    holds.poll(Duration.ZERO, log::hold);
    watch.drain(log);
    session.follow(Duration.ZERO);
  }

  private void await(BooleanSupplier reached, String what) {
    Waits.until(
        reached,
        () -> {
          run.check();
          look();
        },
        what);
  }
}
