package io.sapflow.lab.bench;

import io.sapflow.job.JobSettings;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * How long an innocent adapter's examples take from being sent to being trained, while nothing else
 * is going on, beside a flood of new adapters, and beside a flood of one other adapter's examples:
 * one after the other, in one job on a real broker and cluster.
 *
 * <p>The innocent sends a window at once, waits until it is trained, and rests for a random while.
 * Both it and the adapter that floods have had a version served before anything is timed.
 */
public final class FairnessBench {

  private static final String INNOCENT = "innocent";
  private static final String GREEDY = "greedy";
  private static final int PAIRS = 48;
  private static final int HARMFUL_PROMPTS = 48;
  private static final int BENIGN_PROMPTS = 28;
  private static final int DIALOGUES = 2000;
  private static final int MOST_REST_MILLIS = 500;
  private static final Duration LOOK = Duration.ofMillis(100);

  /**
   * What is done.
   *
   * @param ids how many new adapters flood
   * @param pace examples a second of each flood
   * @param rounds windows that the innocent sends in each part
   */
  public record Plan(int ids, int pace, int rounds) {
    /** Checks the parts. */
    public Plan {
      if (ids < 1 || pace < 1 || rounds < 1) {
        throw new IllegalArgumentException("--ids, --pace and --rounds are at least 1");
      }
    }
  }

  private final LocalRun run;
  private final Configuration configuration;
  private final Plan plan;
  private final Consumer<String> lines;
  private final int window;

  private List<Dialogue> dialogues;
  private SplittableRandom random;
  private Session session;
  private StepTimes times;

  /** A bench; the configuration is completed by {@link LocalRun#complete}. */
  public FairnessBench(
      LocalRun run, Configuration configuration, Plan plan, Consumer<String> lines) {
    this.run = run;
    this.configuration = configuration;
    this.plan = plan;
    this.lines = lines;
    this.window = new JobSettings(configuration).get(BatchingOptions.WINDOW);
  }

  /** Runs it once. */
  public FairnessBenchResult.Run run(long seed) {
    ToyWorld world = new ToyWorld(seed);
    dialogues = world.newTask(DIALOGUES, Split.TRAIN);
    random = new SplittableRandom(seed);
    try (Session opened = new Session(run, configuration, record -> {});
        StepTimes reader = new StepTimes(run.bootstrapServers())) {
      session = opened;
      times = reader;
      session.start(
          ToyExamples.pairs(world.safetyPairs(PAIRS)),
          ToyExamples.prompts(world.probePrompts(HARMFUL_PROMPTS, BENIGN_PROMPTS)));
      serve(INNOCENT);
      serve(GREEDY);
      List<Double> calm = part("calm");
      List<Double> ids;
      int sent;
      try (Flood flood =
          new Flood(
              run.bootstrapServers(), plan.pace(), i -> example("new-" + i % plan.ids(), i))) {
        await(() -> flood.sent() >= plan.ids(), "every new adapter to come");
        ids = part("beside " + plan.ids() + " new adapters");
        sent = flood.sent();
      }
      List<Double> records;
      try (Flood flood = new Flood(run.bootstrapServers(), plan.pace(), i -> example(GREEDY, i))) {
        records = part("beside one adapter's flood");
      }
      session.follow(LOOK);
      return new FairnessBenchResult.Run(calm, ids, records, sent, refused());
    }
  }

  /** Trains an adapter until a version of that is served. */
  private void serve(String adapterId) {
    int sent = 0;
    while (!isServed(adapterId)) {
      sent = send(adapterId, sent);
      times.next(window, run::check);
      session.follow(LOOK);
      if (session.tally().unjudged() > 0) {
        await(() -> session.tally().unjudged() == 0, "the versions of " + adapterId);
      }
    }
    lines.accept(adapterId + " is served after " + sent + " examples");
  }

  private boolean isServed(String adapterId) {
    return session.tally().versions().stream()
        .filter(version -> version.getAdapterId().equals(adapterId) && version.getStep() > 0)
        .anyMatch(version -> session.tally().wasPromoted(version.getVersion()));
  }

  private int send(String adapterId, int from) {
    for (int i = from; i < from + window; i++) {
      session.send(example(adapterId, i));
    }
    session.flush();
    return from + window;
  }

  private static TrainingExample example(String adapterId, int number, Dialogue dialogue) {
    return ToyExamples.example(adapterId, "bench", adapterId + "-" + number, number, dialogue);
  }

  private TrainingExample example(String adapterId, int number) {
    return example(adapterId, number, dialogues.get(number % dialogues.size()));
  }

  /** Milliseconds from sent to trained of each of the innocent's examples. */
  private List<Double> part(String name) {
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < plan.rounds(); round++) {
      Map<String, Long> sent = new HashMap<>();
      for (int i = 0; i < window; i++) {
        TrainingExample example =
            example(INNOCENT, i, dialogues.get(random.nextInt(dialogues.size())));
        example.setId(name + "-" + round + "-" + i);
        sent.put(example.getId(), System.currentTimeMillis());
        session.send(example);
      }
      session.flush();
      await(() -> trained(sent, millis), "round " + round + ", " + name);
      session.follow(Duration.ZERO);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_REST_MILLIS)));
    }
    lines.accept(
        String.format(
            "%-32s %6.0f ms in the median, %6.0f ms at most for 95 %%",
            name, FairnessBenchResult.median(millis), FairnessBenchResult.p95(millis)));
    return millis;
  }

  /** Notes the ways of those that have been trained; whether all have. */
  private boolean trained(Map<String, Long> sent, List<Double> millis) {
    for (Timed<TrainingStep> timed : times.poll()) {
      if (timed.record().getAdapterId().equals(INNOCENT)) {
        for (String id : timed.record().getExampleIds()) {
          Long at = sent.remove(id);
          if (at != null) {
            millis.add((double) (timed.millis() - at));
          }
        }
      }
    }
    return sent.isEmpty();
  }

  private int refused() {
    return session.tally().quarantined().getOrDefault(QuarantineReason.UNKNOWN_ADAPTER.name(), 0);
  }

  private void await(BooleanSupplier reached, String what) {
    Waits.until(
        reached,
        () -> {
          run.check();
          session.follow(Duration.ofMillis(10));
        },
        what);
  }
}
