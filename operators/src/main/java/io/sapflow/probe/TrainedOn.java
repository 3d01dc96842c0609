package io.sapflow.probe;

import io.sapflow.ingest.Questions;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps apart what is trained on and what is measured by: a prompt that has the id or asks the
 * question of a safety pair is not asked, whichever of the two came first. A pair is never refused:
 * what is learned must not hang on which topic was read first. A pair that is retired counts on,
 * since it was trained on.
 */
final class TrainedOn {

  /** A prompt that is asked, and the record that brought it. */
  record Asked(String id, String question, int partition, long offset, byte[] bytes) {}

  /** What a pair has asked; one that was changed has asked more than once. */
  record Pair(String id, String question) {}

  private final Set<Pair> pairs = new LinkedHashSet<>();
  private final Map<String, String> pairsByQuestion = new HashMap<>();
  private final Set<String> pairIds = new HashSet<>();
  private final Map<String, Asked> prompts = new LinkedHashMap<>();

  /** Notes a pair; returns the prompts that may no longer be asked. */
  List<Asked> pair(SafetyPair pair) {
    return pair.getActive()
        ? pair(new Pair(pair.getId(), Questions.digest(pair.getPrompt())))
        : List.of();
  }

  /** The same of a pair that was saved. */
  List<Asked> pair(Pair pair) {
    pairs.add(pair);
    pairsByQuestion.put(pair.question(), pair.id());
    pairIds.add(pair.id());
    List<Asked> gone = new ArrayList<>();
    for (Asked prompt : List.copyOf(prompts.values())) {
      if (prompt.id().equals(pair.id()) || prompt.question().equals(pair.question())) {
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
    String pair = pairIds.contains(prompt.getId()) ? prompt.getId() : pairsByQuestion.get(question);
    if (pair == null) {
      prompts.put(prompt.getId(), new Asked(prompt.getId(), question, partition, offset, bytes));
    }
    return pair;
  }

  /** All that pairs have asked. */
  Collection<Pair> pairs() {
    return pairs;
  }

  /** The prompts that are asked. */
  Collection<Asked> prompts() {
    return prompts.values();
  }
}
