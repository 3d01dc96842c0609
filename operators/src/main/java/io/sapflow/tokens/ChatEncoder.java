package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.template.Rendering;
import io.sapflow.template.Span;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Encodes chats: messages in, tokens and the mask of the assistant's turns out.
 *
 * <p>A message is a map of what JSON knows, with at least role and content. A token is a target if
 * it begins inside a turn of the assistant: one that begins before it also spells characters that
 * the model is given and never has to write. The end-of-turn token is a target. Any number of
 * threads may use one instance.
 */
public final class ChatEncoder {
  private final ModelTokenizer tokenizer;
  private final int maxTokens;

  /**
   * An encoder.
   *
   * @param maxTokens longest chat in tokens; what exceeds it is cut from the end
   */
  public ChatEncoder(ModelTokenizer tokenizer, int maxTokens) {
    if (maxTokens < 2) {
      throw new IllegalArgumentException(
          "maxTokens is " + maxTokens + "; at least 2 would be right");
    }
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
  }

  /**
   * Encodes a chat for training.
   *
   * @param timestamp the record's Kafka timestamp, epoch milliseconds: the template's clock
   */
  public EncodedChat encode(List<Map<String, Object>> messages, long timestamp)
      throws ChatException {
    MaskedText whole = mask(messages, timestamp);
    byte[] targets = whole.targets();
    int kept = kept(targets);
    byte[] cut = Arrays.copyOf(targets, kept);
    if (!holdsTarget(cut)) {
      throw new ChatException(
          QuarantineReason.NO_TARGET,
          "no token of an assistant's turn is left among the first "
              + kept
              + " of "
              + targets.length
              + " tokens; an assistant's turn that begins within "
              + maxTokens
              + " tokens would be right");
    }
    return new EncodedChat(
        Arrays.copyOf(whole.encoded().ids(), kept), cut, targets.length - kept, whole.text());
  }

  /**
   * A chat as {@link #encode} sees it, whether or not there is anything in it to train on, and what
   * of it would be kept.
   */
  public MaskedText mask(List<Map<String, Object>> messages, long timestamp) throws ChatException {
    check(messages);
    ChatRenderer renderer = new ChatRenderer(tokenizer, messages, Instant.ofEpochMilli(timestamp));
    Rendering whole = renderer.render(messages.size(), false);
    EncodedText encoded = tokenizer.encode(whole.text());
    List<Span> turns = new AssistantSpans(renderer, whole, encoded, messages, tokenizer).find();
    byte[] targets = targets(encoded, turns);
    return new MaskedText(whole.text(), encoded, targets, kept(targets));
  }

  /** Encodes messages with the opening of the assistant's answer; longer than allowed: TOO_LONG. */
  public EncodedChat encodePrompt(List<Map<String, Object>> messages, long timestamp)
      throws ChatException {
    check(messages);
    Rendering prompt =
        new ChatRenderer(tokenizer, messages, Instant.ofEpochMilli(timestamp))
            .render(messages.size(), true);
    int[] tokens = tokenizer.encode(prompt.text()).ids();
    if (tokens.length > maxTokens) {
      throw new ChatException(
          QuarantineReason.TOO_LONG,
          "the prompt has " + tokens.length + " tokens; at most " + maxTokens + " would be right");
    }
    return new EncodedChat(tokens, new byte[tokens.length], 0, prompt.text());
  }

  private void check(List<Map<String, Object>> messages) throws ChatException {
    for (int i = 0; i < messages.size(); i++) {
      check(messages.get(i), "message " + i);
    }
  }

  private void check(Object value, String where) throws ChatException {
    if (value instanceof String text) {
      tokenizer.checkContent(text, where);
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        check(item, where);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        check(entry.getKey(), where);
        check(entry.getValue(), where);
      }
    }
  }

  private static byte[] targets(EncodedText encoded, List<Span> turns) {
    byte[] targets = new byte[encoded.ids().length];
    for (int i = 0; i < targets.length; i++) {
      Span token = encoded.spans().get(i);
      for (Span turn : turns) {
        boolean begins = token.start() >= turn.start() && token.start() < turn.end();
        targets[i] |= (byte) (begins && token.end() > token.start() ? 1 : 0);
      }
    }
    return targets;
  }

  /** How many tokens stay: up to the last whole turn of the assistant that fits, if one does. */
  private int kept(byte[] targets) {
    if (targets.length <= maxTokens) {
      return targets.length;
    }
    for (int length = maxTokens; length > 0; length--) {
      if (targets[length - 1] == 1 && targets[length] == 0) {
        return length;
      }
    }
    return maxTokens;
  }

  private static boolean holdsTarget(byte[] targets) {
    for (byte target : targets) {
      if (target == 1) {
        return true;
      }
    }
    return false;
  }
}
