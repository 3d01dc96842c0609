package io.sapflow.pipeline.compare;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.model.AdapterState;
import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.OpenedModel;
import io.sapflow.pipeline.run.Evaluation;
import io.sapflow.sap.PairBatch;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Message;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.TokenizedExample;
import io.sapflow.train.AdapterTrainer;
import io.sapflow.train.ChatPairEncoder;
import io.sapflow.train.TrainOutput;
import io.sapflow.train.VersionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One run: the job's own trainer on some material, scored at every version it makes. The runs of
 * one process share the base model; each has all else to itself.
 */
final class Experiment {

  private static final String ADAPTER = "compared";

  private final JobSettings settings;
  private final Material material;
  private final Consumer<CurvePoint> heard;

  /**
   * A run.
   *
   * @param heard is told each point as it is measured
   */
  Experiment(JobSettings settings, Material material, Consumer<CurvePoint> heard) {
    this.settings = settings;
    this.material = material;
    this.heard = heard;
  }

  /** Trains on all examples; the curve begins with the base model. */
  List<CurvePoint> run() {
    try (Evaluation evaluation = new Evaluation(settings);
        OpenedModel model = OpenedModel.training(settings)) {
      ChatEncoder encoder = model.encoder().encoder();
      Curve curve = new Curve(evaluation);
      AdapterTrainer.Shared shared =
          new AdapterTrainer.Shared(
              settings.train(),
              model.kernel(),
              curve,
              pairs(new ChatPairEncoder(encoder)),
              (command, situation) -> null,
              model.base().digest(),
              new Unheard());
      try (AdapterTrainer trainer = AdapterTrainer.fresh(shared, ADAPTER)) {
        for (int i = 0; i < material.examples().size(); i++) {
          TokenizedExample example = example(encoder, material.examples().get(i), i);
          if (example != null) {
            trainer.accept(example, true);
          }
        }
        trainer.flush();
      }
      return curve.points;
    }
  }

  private ActiveSet<PairBatch.Pair> pairs(ChatPairEncoder encoder) {
    ActiveSet<PairBatch.Pair> pairs = new ActiveSet<>();
    for (SafetyPair pair : material.pairs()) {
      try {
        pairs.put(pair.getId(), encoder.rows(pair), new byte[0]);
      } catch (ChatException e) {
        throw new IllegalArgumentException(
            "safety pair " + pair.getId() + " cannot be told to the model: " + e.getMessage(), e);
      }
    }
    return pairs;
  }

  /** An example that the model cannot be told is left out, as the job sets it aside. */
  private static TokenizedExample example(ChatEncoder encoder, List<Message> messages, int index) {
    try {
      EncodedChat chat = encoder.encode(Chats.of(messages), 0);
      return new TokenizedExample(
          ADAPTER,
          Integer.toString(index),
          "",
          false,
          "",
          0,
          index,
          0,
          chat.tokens(),
          chat.targets(),
          chat.truncatedTokens(),
          new byte[0],
          new byte[0]);
    } catch (ChatException e) {
      return null;
    }
  }

  /** Scores versions in place of storing them. */
  private final class Curve implements VersionStore {
    private final Evaluation evaluation;
    private final List<CurvePoint> points = new ArrayList<>();

    Curve(Evaluation evaluation) {
      this.evaluation = evaluation;
    }

    @Override
    public Stored write(
        String adapterId,
        int generation,
        long step,
        String parent,
        List<OffsetRange> offsets,
        AdapterState state) {
      evaluation.adapter(state.weights().toFloats());
      Evaluation.Safety safety = evaluation.safety(material.prompts());
      CurvePoint point =
          new CurvePoint(
              step, evaluation.loss(material.heldOut()), safety.harmful(), safety.overRefusal());
      points.add(point);
      heard.accept(point);
      return new Stored(Long.toString(step), "", "");
    }

    @Override
    public void restore(String adapterId, String version, AdapterState state) {
      throw new UnsupportedOperationException("an experiment is never rolled back");
    }
  }

  /** Nobody asks for an experiment's steps. */
  private static final class Unheard implements TrainOutput {
    @Override
    public void step(TrainingStep step) {}

    @Override
    public void version(AdapterVersion version) {}

    @Override
    public void quarantine(QuarantinedRecord record) {}
  }
}
