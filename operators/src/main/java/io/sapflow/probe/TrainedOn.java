package io.sapflow.probe;

import io.sapflow.ingest.Questions;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps apart what is trained on and what is measured by: a prompt that has the id or asks the
 * question of a safety pair is not asked, whichever of the two came first. A pair is never refused:
 * what is learned must not hang on which topic was read first. A pair that is retired counts on,
 * since it was trained on.
 */
final class TrainedOn {

  /** A prompt that is asked, and the record that brought it. */
  record Asked(String id, String question, int partition, long offset, byte[] bytes) {}

  private final Map<String, String> pairsByQuestion = new HashMap<>();
  private final Map<String, String> questionsByPair = new LinkedHashMap<>();
  private final Map<String, Asked> prompts = new LinkedHashMap<>();

  /** Notes a pair; returns the prompts that may no longer be asked. */
  List<Asked> pair(SafetyPair pair) {
    return pair.getActive() ? pair(pair.getId(), Questions.digest(pair.getPrompt())) : List.of();
  }

  /** The same of a pair that was saved. */
  List<Asked> pair(String id, String question) {
    pairsByQuestion.put(question, id);
    questionsByPair.put(id, question);
    List<Asked> gone = new ArrayList<>();
    for (Asked prompt : List.copyOf(prompts.values())) {
      if (prompt.id().equals(id) || prompt.question().equals(question)) {
        gone.add(prompts.remove(prompt.id()));
      }
    }
    return gone;
  }

  /** Notes a prompt; returns the id of the pair for which it may not be asked, or null. */
  String prompt(ProbePrompt prompt, int partition, long offset, byte[] bytes) {
    prompts.remove(prompt.getId());
    if (!prompt.getActive()) {
      return null;
    }
    String question = Questions.digest(prompt.getPrompt());
    String pair =
        questionsByPair.containsKey(prompt.getId())
            ? prompt.getId()
            : pairsByQuestion.get(question);
    if (pair == null) {
      prompts.put(prompt.getId(), new Asked(prompt.getId(), question, partition, offset, bytes));
    }
    return pair;
  }

  /** The questions of all pairs by their ids. */
  Map<String, String> pairs() {
    return questionsByPair;
  }

  /** The prompts that are asked. */
  Collection<Asked> prompts() {
    return prompts.values();
  }
}
