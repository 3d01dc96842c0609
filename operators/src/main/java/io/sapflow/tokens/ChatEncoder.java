package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.template.Rendering;
import io.sapflow.template.Span;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Encodes chats: messages and tools in, tokens and the mask of the assistant's turns out.
 *
 * <p>A token is a target if it begins inside a turn of the assistant that is to be learnt: one that
 * begins before it also spells characters that the model is given and never has to write. The
 * end-of-turn token is a target. Any number of threads may use one instance.
 */
public final class ChatEncoder {
  private final ModelTokenizer tokenizer;
  private final int maxTokens;
  private final PrefixEncoder prefixes;

  /**
   * An encoder.
   *
   * @param maxTokens longest chat in tokens; what exceeds it is cut from the end
   */
  public ChatEncoder(ModelTokenizer tokenizer, int maxTokens) {
    this(tokenizer, maxTokens, new PrefixEncoder(tokenizer::encode));
  }

  ChatEncoder(ModelTokenizer tokenizer, int maxTokens, PrefixEncoder prefixes) {
    if (maxTokens < 2) {
      throw new IllegalArgumentException(
          "maxTokens is " + maxTokens + "; at least 2 would be right");
    }
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    this.prefixes = prefixes;
  }

  /**
   * Encodes a chat for training. No more of it is tokenized than is kept, and a little.
   *
   * @param timestamp the record's Kafka timestamp, epoch milliseconds: the template's clock
   */
  public EncodedChat encode(Chat chat, long timestamp) throws ChatException {
    Marked marked = mark(chat, timestamp, maxTokens + 1L);
    byte[] targets = marked.targets();
    int kept = kept(targets);
    int truncated = marked.tokens() - kept;
    byte[] cut = Arrays.copyOf(targets, kept);
    if (!holdsTarget(cut)) {
      throw new ChatException(
          QuarantineReason.NO_TARGET,
          "no token of an assistant's turn is left among the first "
              + kept
              + " of "
              + (marked.prefix().whole() ? "" : "about ")
              + marked.tokens()
              + " tokens; an assistant's turn that begins within "
              + maxTokens
              + " tokens would be right");
    }
    int[] ids = Arrays.copyOf(marked.prefix().encoded().ids(), kept);
    return new EncodedChat(ids, cut, truncated, marked.text());
  }

  /**
   * A chat as {@link #encode} sees it, whether or not there is anything in it to train on, and what
   * of it would be kept; all of it is tokenized.
   */
  public MaskedText mask(Chat chat, long timestamp) throws ChatException {
    Marked marked = mark(chat, timestamp, Integer.MAX_VALUE);
    byte[] targets = marked.targets();
    return new MaskedText(marked.text(), marked.prefix().encoded(), targets, kept(targets));
  }

  /**
   * A rendered chat with the tokens of its beginning.
   *
   * @param targets 1 where a token is trained on
   */
  private record Marked(String text, PrefixEncoder.Prefix prefix, byte[] targets) {
    /** How many tokens the whole text has; beyond the beginning as many a character as in it. */
    int tokens() {
      double rest = (double) text.length() / Math.max(1, prefix.end());
      return prefix.whole() ? targets.length : (int) Math.ceil(targets.length * rest);
    }
  }

  private Marked mark(Chat chat, long timestamp, long needed) throws ChatException {
    check(chat, tokenizer::checkContent);
    ChatRenderer renderer = new ChatRenderer(tokenizer, chat, Instant.ofEpochMilli(timestamp));
    Rendering whole = renderer.render(chat.messages().size(), false);
    new FieldPlaces(renderer, chat, whole.text()).check();
    PrefixEncoder.Prefix prefix = prefix(whole.text(), chat, needed);
    List<ControlTokens.Token> controls = ControlTokens.find(whole.text(), prefix, tokenizer);
    List<Span> turns = new AssistantSpans(renderer, whole, controls, chat, tokenizer).find();
    return new Marked(whole.text(), prefix, targets(prefix.encoded(), turns));
  }

  /** Encodes messages with the opening of the assistant's answer; longer than allowed: TOO_LONG. */
  public EncodedChat encodePrompt(Chat chat, long timestamp) throws ChatException {
    check(chat, tokenizer::checkContent);
    ChatRenderer renderer = new ChatRenderer(tokenizer, chat, Instant.ofEpochMilli(timestamp));
    Rendering prompt = renderer.render(chat.messages().size(), true);
    new FieldPlaces(renderer, chat).check();
    PrefixEncoder.Prefix prefix = prefix(prompt.text(), chat, maxTokens + 1L);
    int[] tokens = prefix.encoded().ids();
    if (tokens.length > maxTokens) {
      throw new ChatException(
          QuarantineReason.TOO_LONG,
          "the prompt has "
              + (prefix.whole() ? "" : "more than ")
              + tokens.length
              + " tokens; at most "
              + maxTokens
              + " would be right");
    }
    return new EncodedChat(tokens, new byte[tokens.length], 0, prompt.text());
  }

  /** The beginning of a rendered text, with no control token in it that a content made. */
  private PrefixEncoder.Prefix prefix(String text, Chat chat, long needed) throws ChatException {
    PrefixEncoder.Prefix prefix = prefixes.encode(text, needed);
    if (tokenizer.holdsUnwritten(text, prefix.encoded())) {
      check(chat, tokenizer::checkTokens);
    }
    return prefix;
  }

  /** A check of one text. */
  private interface Check {
    void of(String text, String where) throws ChatException;
  }

  private static void check(Chat chat, Check check) throws ChatException {
    for (int i = 0; i < chat.messages().size(); i++) {
      check(chat.messages().get(i), "message " + i, check);
    }
    check(chat.tools(), "tools", check);
  }

  private static void check(Object value, String where, Check check) throws ChatException {
    if (value instanceof String text) {
      check.of(text, where);
    } else if (value instanceof List<?> list) {
      for (Object item : list) {
        check(item, where, check);
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        check(entry.getKey(), where, check);
        check(entry.getValue(), where, check);
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
