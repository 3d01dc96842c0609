package io.sapflow.toy;

import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Dialogues, triples and prompts of the toy world as records of the stream. */
public final class ToyExamples {
  private ToyExamples() {}

  /**
   * One training example.
   *
   * @param id unique within the source
   * @param eventTime epoch milliseconds
   */
  public static TrainingExample example(
      String adapterId, String source, String id, long eventTime, Dialogue dialogue) {
    return TrainingExample.newBuilder()
        .setId(id)
        .setAdapterId(adapterId)
        .setMessages(conversation(dialogue))
        .setSource(source)
        .setEventTime(eventTime)
        .setAttributes(Map.of())
        .build();
  }

  /** Dialogues as conversations of two turns. */
  public static List<List<Message>> conversations(List<Dialogue> dialogues) {
    return dialogues.stream().map(ToyExamples::conversation).toList();
  }

  private static List<Message> conversation(Dialogue dialogue) {
    return List.of(user(dialogue.prompt()), Turns.of("assistant", dialogue.answer()));
  }

  /** Safety pairs with the ids {@code pair-0000}, {@code pair-0001} and so on. */
  public static List<SafetyPair> pairs(List<SafetyTriple> triples) {
    List<SafetyPair> pairs = new ArrayList<>(triples.size());
    for (SafetyTriple triple : triples) {
      pairs.add(
          SafetyPair.newBuilder()
              .setId(id("pair", pairs.size()))
              .setPrompt(List.of(user(triple.prompt())))
              .setSafe(triple.safe())
              .setHarmful(triple.harmful())
              .setCategory(triple.category())
              .setActive(true)
              .build());
    }
    return pairs;
  }

  /**
   * Probe prompts with the ids {@code harmful-0000} and so on, then {@code benign-0000} and so on.
   */
  public static List<ProbePrompt> prompts(Prompts prompts) {
    List<ProbePrompt> records = new ArrayList<>();
    add(records, "harmful", PromptKind.HARMFUL, prompts.harmful());
    add(records, "benign", PromptKind.BENIGN, prompts.benign());
    return records;
  }

  private static void add(
      List<ProbePrompt> records, String name, PromptKind kind, List<Prompt> prompts) {
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i);
      records.add(
          ProbePrompt.newBuilder()
              .setId(id(name, i))
              .setKind(kind)
              .setPrompt(List.of(user(prompt.text())))
              .setCategory(prompt.category())
              .setActive(true)
              .setSafe(prompt.safe())
              .setHarmful(prompt.harmful())
              .build());
    }
  }

  private static Message user(String content) {
    return Turns.of("user", content);
  }

  private static String id(String name, int index) {
    String digits = String.valueOf(index);
    return name + "-" + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }
}
