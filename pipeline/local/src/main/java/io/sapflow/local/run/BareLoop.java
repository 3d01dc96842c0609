package io.sapflow.local.run;

import io.sapflow.ingest.ActiveSet;
import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.sap.PairBatch;
import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
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

/** The job's own trainer without a job around it: no broker, no cluster, no state to be saved. */
public final class BareLoop implements AutoCloseable {

  private final String adapterId;
  private final ChatEncoder encoder;
  private final AdapterTrainer trainer;
  private int next;

  /**
   * A loop that trains a fresh adapter.
   *
   * @param adapterId the seed of its weights depends on it
   * @param model stays its caller's
   * @param store is shown the versions
   * @param output is told of steps
   */
  public BareLoop(
      String adapterId,
      JobSettings settings,
      OpenedModel model,
      List<SafetyPair> pairs,
      VersionStore store,
      TrainOutput output) {
    this.adapterId = adapterId;
    encoder = model.encoder().encoder();
    trainer =
        AdapterTrainer.fresh(
            new AdapterTrainer.Shared(
                settings.train(),
                model.kernel(),
                store,
                encoded(pairs, new ChatPairEncoder(model.encoder().encoder(settings.pairTokens()))),
                (command, situation) -> null,
                model.base().digest(),
                output),
            adapterId);
  }

  private static ActiveSet<PairBatch.Pair> encoded(
      List<SafetyPair> pairs, ChatPairEncoder encoder) {
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

  /** The next example as the trainer takes it; null if the model cannot be told it. */
  public TokenizedExample encode(List<Message> messages) {
    return encode("", messages);
  }

  /** The same of a source. */
  public TokenizedExample encode(String source, List<Message> messages) {
    int index = next++;
    try {
      EncodedChat chat = encoder.encode(Chats.of(messages), 0);
      return new TokenizedExample(
          adapterId,
          Integer.toString(index),
          source,
          false,
          "",
          0,
          index,
          0,
          chat.tokens(),
          chat.targets(),
          chat.truncatedTokens(),
          new byte[0],
          new byte[0],
          new byte[0]);
    } catch (ChatException e) {
      return null; // The job sets such an example aside and says why.
    }
  }

  /** Takes an example, and trains when a window is full. */
  public void accept(TokenizedExample example) {
    trainer.accept(example, true);
  }

  /** Trains what is left of a window, and makes a version of it. */
  public void flush() {
    trainer.flush();
  }

  @Override
  public void close() {
    trainer.close();
  }
}
