package io.sapflow.pipeline.compare;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.model.AdapterState;
import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.OpenedModel;
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
import java.util.List;

/**
 * The job's own trainer on some material, without a job around it: versions are shown, not kept.
 */
final class Training {

  private static final String ADAPTER = "compared";

  /** Is shown what training has made. */
  interface Observer {
    /** A version: at the start, after every so many updates, and at the end. */
    void version(long step, AdapterState state);
  }

  private Training() {}

  /** Trains a fresh adapter on all examples, in their order. */
  static void run(JobSettings settings, OpenedModel model, Material material, Observer observer) {
    ChatEncoder encoder = model.encoder().encoder();
    AdapterTrainer.Shared shared =
        new AdapterTrainer.Shared(
            settings.train(),
            model.kernel(),
            new Shown(observer),
            pairs(
                material.pairs(),
                new ChatPairEncoder(model.encoder().encoder(settings.pairTokens()))),
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
  }

  private static ActiveSet<PairBatch.Pair> pairs(List<SafetyPair> pairs, ChatPairEncoder encoder) {
    ActiveSet<PairBatch.Pair> set = new ActiveSet<>();
    for (SafetyPair pair : pairs) {
      try {
        set.put(pair.getId(), encoder.rows(pair), new byte[0]);
      } catch (ChatException e) {
        throw new IllegalArgumentException(
            "safety pair " + pair.getId() + " cannot be told to the model: " + e.getMessage(), e);
      }
    }
    return set;
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

  /** Shows versions in place of storing them. */
  private record Shown(Observer observer) implements VersionStore {
    @Override
    public Stored write(
        String adapterId,
        int generation,
        long step,
        String parent,
        List<OffsetRange> offsets,
        AdapterState state) {
      observer.version(step, state);
      return new Stored(Long.toString(step), "", "");
    }

    @Override
    public void restore(String adapterId, String version, AdapterState state) {
      throw new UnsupportedOperationException("nothing is rolled back here");
    }
  }

  /** Nobody asks for the steps. */
  private static final class Unheard implements TrainOutput {
    @Override
    public void step(TrainingStep step) {}

    @Override
    public void version(AdapterVersion version) {}

    @Override
    public void quarantine(QuarantinedRecord record) {}
  }
}
