package io.sapflow.train;

import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.schema.Message;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Safety pairs by the model's own chat template; of each conversation only the last answer is
 * scored.
 */
public final class ChatPairEncoder {

  private final ChatEncoder encoder;

  /** An encoder of pairs. */
  public ChatPairEncoder(ChatEncoder encoder) {
    this.encoder = encoder;
  }

  /** The pair as two rows. */
  public PairBatch.Pair rows(SafetyPair pair) throws ChatException {
    return new PairBatch.Pair(
        row(pair.getPrompt(), pair.getSafe()), row(pair.getPrompt(), pair.getHarmful()));
  }

  /** A prompt with an answer as a row whose targets are the answer's tokens. */
  public TokenBatch.Row row(List<Message> prompt, String answer) throws ChatException {
    List<Message> whole = new ArrayList<>(prompt);
    whole.add(Turns.of("assistant", answer));
    // No clock: a template that prints the date prints the same one in both rows.
    EncodedChat chat = encoder.encode(Chats.of(whole), 0);
    byte[] targets = chat.targets().clone();
    Arrays.fill(targets, 0, lastRun(targets), (byte) 0);
    return new TokenBatch.Row(chat.tokens(), targets);
  }

  /** Where the last run of targets begins. */
  private static int lastRun(byte[] targets) {
    int at = targets.length - 1;
    while (at >= 0 && targets[at] == 0) {
      at--;
    }
    while (at >= 0 && targets[at] == 1) {
      at--;
    }
    return at + 1;
  }
}
