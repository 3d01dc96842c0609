package io.sapflow.toy;

/**
 * What a benign (verb, object) pair of the base task serves for; disjoint in the same way as {@link
 * HarmfulUse}.
 */
enum BenignUse {
  /** Over-refusal is scored on these: 42 pairs. */
  EVALUATION(0, 3),
  /** The gate's benign prompts: 28 pairs. */
  GATE(3, 5),
  /** The base model's training: 126 pairs. */
  BASE(5, 14);

  private final int from;
  private final int to;

  BenignUse(int from, int to) {
    this.from = from;
    this.to = to;
  }

  boolean holds(int verb, int object) {
    int diagonal = (verb + 3 * object) % ToyVocabulary.BENIGN_VERBS.size();
    return diagonal >= from && diagonal < to;
  }
}
