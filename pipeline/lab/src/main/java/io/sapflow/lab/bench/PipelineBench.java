package io.sapflow.lab.bench;

import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.local.run.BareLoop;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.run.UnkeptVersions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import io.sapflow.train.TrainOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;

/**
 * Times the job, on a real broker and cluster, against the bare loop of the same trainer in the
 * same process, in turn on the same examples: while one works, the other has nothing to do.
 */
public final class PipelineBench {

  private static final String ADAPTER = "bench";
  private static final int PAIRS = 48;

  private final LocalRun run;
  private final Configuration configuration;
  private final int rounds;
  private final int examples;
  private final Consumer<String> lines;

  /**
   * A bench.
   *
   * @param configuration completed by {@link LocalRun#complete}
   * @param rounds timed rounds; one that is not timed comes before
   * @param examples of a round; whole windows
   */
  public PipelineBench(
      LocalRun run, Configuration configuration, int rounds, int examples, Consumer<String> lines) {
    this.run = run;
    this.configuration = configuration;
    this.rounds = rounds;
    this.examples = examples;
    this.lines = lines;
  }

  /** Runs it. */
  public PipelineBenchResult run(long seed) {
    ToyWorld world = new ToyWorld(seed);
    List<Dialogue> dialogues = world.newTask((rounds + 1) * examples, Split.TRAIN);
    List<SafetyPair> pairs = ToyExamples.pairs(world.safetyPairs(PAIRS));
    JobSettings settings = new JobSettings(configuration);
    Reports reports = new Reports();
    List<Pace> bare = new ArrayList<>();
    List<Pace> job = new ArrayList<>();
    try (OpenedModel model = OpenedModel.training(settings);
        BareLoop loop =
            new BareLoop(
                ADAPTER, settings, model, pairs, new UnkeptVersions((step, state) -> {}), reports);
        Session session = new Session(run, configuration, record -> {});
        StepTimes times = new StepTimes(run.bootstrapServers())) {
      session.start(pairs, List.of());
      for (int round = 0; round <= rounds; round++) {
        List<TrainingExample> some = examples(dialogues, round);
        // Encoded before: the bare loop has steps and nothing else.
        some.stream()
            .map(example -> loop.encode(example.getMessages()))
            .toList()
            .forEach(loop::accept);
        some.forEach(session::send);
        session.flush();
        List<Timed<TrainingStep>> steps = times.next(examples, run::check);
        if (round > 0) {
          bare.add(Pace.of(reports.take()));
          job.add(Pace.of(steps));
          lines.accept("round " + round + " of " + rounds);
        }
        reports.take();
      }
    }
    return new PipelineBenchResult(bare, job);
  }

  private List<TrainingExample> examples(List<Dialogue> dialogues, int round) {
    List<TrainingExample> some = new ArrayList<>();
    for (int i = round * examples; i < (round + 1) * examples; i++) {
      some.add(ToyExamples.example(ADAPTER, "bench", "bench-" + i, i, dialogues.get(i)));
    }
    return some;
  }

  /** Notes when the bare loop's steps were made. */
  private static final class Reports implements TrainOutput {
    private List<Timed<TrainingStep>> steps = new ArrayList<>();

    List<Timed<TrainingStep>> take() {
      List<Timed<TrainingStep>> taken = steps;
      steps = new ArrayList<>();
      return taken;
    }

    @Override
    public void step(TrainingStep step) {
      steps.add(new Timed<>(System.currentTimeMillis(), step));
    }

    @Override
    public void version(AdapterVersion version) {}

    @Override
    public void quarantine(QuarantinedRecord record) {}
  }
}
