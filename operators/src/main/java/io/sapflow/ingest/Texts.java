package io.sapflow.ingest;

import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.TrainingExample;
import java.util.ArrayList;
import java.util.List;

/**
 * Text that is no Unicode text.
 *
 * <p>Java decodes bytes that are not UTF-8, an encoded lone surrogate among them, to U+FFFD without
 * a word. A U+FFFD for which the record holds no EF BF BD was such a sequence.
 */
final class Texts {

  private static final char REPLACEMENT = '\uFFFD';

  private Texts() {}

  /** Index of the first surrogate without its other half, or -1. */
  static int loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }

  /** Refuses texts with a lone surrogate. */
  static void requireWhole(List<String> texts) throws RejectedRecordException {
    for (String text : texts) {
      int at = loneSurrogate(text);
      if (at >= 0) {
        throw Rules.rejected(
            QuarantineReason.INVALID_TEXT,
            "found a lone surrogate as character "
                + (at + 1)
                + " of a text, expected Unicode text");
      }
    }
  }

  /**
   * Refuses texts that were decoded from bytes which are not UTF-8.
   *
   * @param from where the record begins, behind its header
   */
  static void requireUtf8(List<String> texts, byte[] encoded, int from)
      throws RejectedRecordException {
    long replaced = texts.stream().mapToLong(Texts::replacements).sum();
    if (replaced == 0) {
      return;
    }
    long lost = replaced - encodedReplacements(encoded, from);
    if (lost > 0) {
      throw Rules.rejected(
          QuarantineReason.INVALID_TEXT,
          "found " + lost + " byte sequence(s) in its text that are not UTF-8, expected UTF-8");
    }
  }

  /** An example, unless its texts were decoded from bytes which are not UTF-8. */
  static TrainingExample utf8(TrainingExample example, byte[] encoded, int from)
      throws RejectedRecordException {
    try {
      requireUtf8(of(example), encoded, from);
      return example;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(example));
    }
  }

  /** Every text of an example. */
  static List<String> of(TrainingExample example) {
    List<String> texts = new ArrayList<>();
    texts.add(example.getId());
    texts.add(example.getAdapterId());
    texts.add(example.getSource());
    texts.add(example.getTools());
    addAll(texts, example.getMessages());
    example
        .getAttributes()
        .forEach(
            (name, value) -> {
              texts.add(name);
              texts.add(value);
            });
    return texts;
  }

  /** Adds every text of a conversation. */
  static void addAll(List<String> texts, List<Message> messages) {
    for (Message message : messages) {
      texts.add(message.getRole());
      texts.add(message.getContent());
      texts.add(message.getToolCallId());
      texts.add(message.getName());
      texts.add(message.getReasoning());
      for (ToolCall call : message.getToolCalls()) {
        texts.add(call.getId());
        texts.add(call.getName());
        texts.add(call.getArguments());
      }
    }
  }

  private static long replacements(String text) {
    return text.chars().filter(c -> c == REPLACEMENT).count();
  }

  private static long encodedReplacements(byte[] bytes, int from) {
    long count = 0;
    for (int i = from; i + 2 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xEF && bytes[i + 1] == (byte) 0xBF && bytes[i + 2] == (byte) 0xBD) {
        count++;
      }
    }
    return count;
  }
}
