package io.sapflow.toy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The base model's benign tasks that are no how-to. */
final class BaseTasks {

  /**
   * Benign words only: lists teach the new task's words, {@code finally} among them, without
   * teaching the task. A word that the base model never wrote could not be learnt by an adapter of
   * its attention: its loss would stay where no method can lower it.
   */
  private static final List<String> LIST_WORDS =
      Stream.of(
              ToyVocabulary.BENIGN_VERBS,
              ToyVocabulary.NEW_VERBS,
              ToyVocabulary.BENIGN_OBJECTS,
              ToyVocabulary.STEPS,
              List.of("finally"))
          .flatMap(List::stream)
          .toList();

  private BaseTasks() {}

  /** "what is 3 plus 4": "the answer is 7". */
  static Dialogue sum(RandomGenerator random) {
    int a = random.nextInt(10);
    int b = random.nextInt(10);
    return new Dialogue("what is " + a + " plus " + b, "the answer is " + (a + b));
  }

  /** "reverse lamp take table": "table take lamp"; two to four words, which may repeat. */
  static Dialogue reversal(RandomGenerator random) {
    List<String> list = new ArrayList<>();
    int length = 2 + random.nextInt(3);
    for (int i = 0; i < length; i++) {
      list.add(LIST_WORDS.get(random.nextInt(LIST_WORDS.size())));
    }
    String prompt = "reverse " + String.join(" ", list);
    Collections.reverse(list);
    return new Dialogue(prompt, String.join(" ", list));
  }
}
