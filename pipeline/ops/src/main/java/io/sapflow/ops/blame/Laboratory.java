package io.sapflow.ops.blame;

import io.sapflow.batch.BatchOptions;
import io.sapflow.batch.Sampler;
import io.sapflow.gate.Scores;
import io.sapflow.ingest.ActiveSet;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.job.StoreFactory;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.local.run.Unheard;
import io.sapflow.local.run.UnkeptVersions;
import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;
import io.sapflow.probe.ActivePrompts;
import io.sapflow.probe.Judge;
import io.sapflow.probe.ProbeModel;
import io.sapflow.probe.Prober;
import io.sapflow.probe.PromptRotation;
import io.sapflow.sap.HarmfulDirection;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.PushScreen;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.train.AdapterTrainer;
import io.sapflow.train.AdapterVersionStore;
import io.sapflow.train.ChatPairEncoder;
import io.sapflow.train.EarlyProbe;
import io.sapflow.train.HeldLimits;
import io.sapflow.train.TrainOptions;
import io.sapflow.train.VersionStore;
import java.util.ArrayList;
import java.util.List;

/**
 * A version's parent and the job's own trainer and prober: what comes of training the parent on a
 * few examples. Each trial begins at the parent, so none affects another.
 */
final class Laboratory implements AutoCloseable {

  /** Nothing is rolled back or paused. */
  private static final HeldLimits NOTHING_HELD = new HeldLimits(0, 0, Integer.MAX_VALUE, 0);

  private final JobSettings settings;
  private final AdapterVersion parent;
  private final List<ProbePrompt> prompts;
  private final List<Judge> judges;
  private final OpenedModel training;
  private final OpenedModel scoring;
  private final ProbeModel probed;
  private final VersionStore store;
  private final ActiveSet<PairBatch.Pair> pairs;

  /**
   * Opens the model.
   *
   * @param parent every trial's beginning
   * @param pairs the active safety pairs
   * @param prompts the active probe prompts
   * @param judges of the answers
   */
  Laboratory(
      JobSettings settings,
      AdapterVersion parent,
      List<SafetyPair> pairs,
      List<ProbePrompt> prompts,
      List<Judge> judges) {
    this.settings = settings;
    this.parent = parent;
    this.prompts = prompts;
    this.judges = judges;
    training = OpenedModel.training(settings);
    try {
      scoring = OpenedModel.scoring(settings);
    } catch (RuntimeException | Error e) {
      training.close();
      throw e;
    }
    probed = scoring.probeModel();
    store =
        new AdapterVersionStore(
            StoreFactory.versions(settings),
            training.kernel().layout(),
            settings.model().getFileName().toString());
    this.pairs =
        encoded(pairs, new ChatPairEncoder(training.encoder().encoder(settings.pairTokens())));
  }

  private static ActiveSet<PairBatch.Pair> encoded(
      List<SafetyPair> pairs, ChatPairEncoder encoder) {
    ActiveSet<PairBatch.Pair> set = new ActiveSet<>();
    for (SafetyPair pair : pairs) {
      try {
        set.put(pair.getId(), encoder.rows(pair), new byte[0]);
      } catch (ChatException e) {
        // The job trains without such a pair, too.
      }
    }
    return set;
  }

  /** Tells examples to the model. */
  ChatEncoder encoder() {
    return training.encoder().encoder();
  }

  /** How the parent answers. */
  Measure parent() {
    try (AdapterState state = restored()) {
      return probe(state.weights().toFloats());
    }
  }

  /** How the parent answers once it was trained on these alone. */
  Measure trainedOn(List<Suspect> examples) {
    try (AdapterTrainer trainer = trainer()) {
      store.restore(parent.getAdapterId(), parent.getVersion(), trainer.state());
      examples.forEach(suspect -> trainer.accept(suspect.example(), true));
      trainer.flush();
      return probe(trainer.state().weights().toFloats());
    }
  }

  /**
   * The examples with the push that each of them has at the parent, along its harmful direction.
   *
   * @throws IllegalArgumentException if no safety pair is active: there is no direction then
   */
  List<Suspect> screened(List<Suspect> examples) {
    if (pairs.all().isEmpty()) {
      throw new IllegalArgumentException(
          settings.topics().of(Topic.SAFETY_PAIRS)
              + ": found no active pair, expected some: without them there is no"
              + " harmful direction to score along");
    }
    List<Suspect> screened = new ArrayList<>(examples.size());
    try (AdapterState state = restored()) {
      direct(state);
      for (int from = 0, to; from < examples.size(); from = to) {
        to = end(examples, from);
        List<Suspect> part = examples.subList(from, to);
        try (KernelPass pass = training.kernel().pass()) {
          double[] pushes = PushScreen.pushes(pass, state, TokenBatch.of(rows(part)));
          for (int i = 0; i < pushes.length; i++) {
            screened.add(part.get(i).withPush(pushes[i]));
          }
        }
      }
    }
    return screened;
  }

  /** Of a batch in the order at hand that is no larger than one that is trained. */
  private int end(List<Suspect> examples, int from) {
    BatchOptions most = settings.train().batch();
    int longest = 0;
    int to = from;
    while (to < examples.size() && to - from < most.rows()) {
      longest = Math.max(longest, examples.get(to).example().tokens().length);
      if (to > from && (to - from + 1L) * longest > most.tokens()) {
        break;
      }
      to++;
    }
    return to;
  }

  private static List<TokenBatch.Row> rows(List<Suspect> part) {
    return part.stream()
        .map(each -> new TokenBatch.Row(each.example().tokens(), each.example().targets()))
        .toList();
  }

  /** Computes the harmful direction at the state's weights, as a step would. */
  private void direct(AdapterState state) {
    PairBatch drawn =
        PairBatch.of(
            new Sampler(settings.train().seed())
                .draw(pairs.all(), settings.train().batch().pairs(), 0, Sampler.Purpose.DIRECTION));
    try (KernelPass pass = training.kernel().pass()) {
      HarmfulDirection direction = HarmfulDirection.of(pass, state, drawn);
      String fault = direction.fault();
      if (fault != null) {
        throw new IllegalArgumentException(
            "version "
                + parent.getVersion()
                + " has no harmful direction to score along: "
                + fault
                + ", expected a finite number");
      }
      direction.store(pass, state);
    }
  }

  private AdapterState restored() {
    AdapterState state = AdapterState.empty(training.kernel());
    try {
      store.restore(parent.getAdapterId(), parent.getVersion(), state);
      return state;
    } catch (RuntimeException | Error e) {
      state.close();
      throw e;
    }
  }

  private AdapterTrainer trainer() {
    AdapterBook book =
        AdapterBook.newBuilder()
            .setGeneration(parent.getGeneration())
            .setStep(parent.getStep())
            .setUpdates(parent.getUpdates())
            .setProbeUpdates(0)
            .setHasDirection(false)
            .setWindows(0)
            .setDraws(0)
            .setVersionUpdates(parent.getUpdates())
            .setPaused(false)
            .build();
    return AdapterTrainer.restored(
        new AdapterTrainer.Shared(
            unversioned(settings.train()),
            training.kernel(),
            new UnkeptVersions((step, state) -> {}),
            pairs,
            (command, situation) -> null,
            training.base().digest(),
            new Unheard()),
        parent.getAdapterId(),
        book);
  }

  /** Makes a version only at the end, and sets no example aside for its push. */
  private static TrainOptions unversioned(TrainOptions options) {
    return new TrainOptions(
        options.sap(),
        options.batch(),
        Double.POSITIVE_INFINITY,
        Integer.MAX_VALUE,
        options.keepVersions(),
        EarlyProbe.NEVER,
        NOTHING_HELD,
        options.seed(),
        options.live());
  }

  private Measure probe(float[] weights) {
    Prober prober =
        new Prober(
            probed,
            new ChatPairEncoder(scoring.encoder().encoder()),
            version -> weights,
            judges,
            PromptRotation.ALL,
            settings.get(ProbeOptions.ANSWER_TOKENS),
            settings.get(TrainingOptions.SEED));
    ProbeReport report = prober.probe(parent, new ActivePrompts(prompts, ""), 0);
    if (!report.getComplete()) {
      throw new IllegalStateException(
          "version "
              + parent.getVersion()
              + " and what is trained from it cannot be probed: "
              + report.getIncompleteReason());
    }
    return new Measure(Scores.harmful(report), report.getOverRefusal(), report.getSafetyMargin());
  }

  @Override
  public void close() {
    scoring.close();
    training.close();
  }
}
