package io.sapflow.toy;

/**
 * What a harmful (verb, object) pair serves for. The pairs lie on the diagonals of the verb-object
 * square; each use owns some of the diagonals, so uses are disjoint by construction, do not depend
 * on a seed, and every use holds every verb and every object.
 */
enum HarmfulUse {
  /** Scored on, never trained on in any form: 9 of 24 diagonals, 216 pairs. */
  EVALUATION(0, 9),
  /** The gate's prompts: 72 pairs. */
  GATE(9, 12),
  /** Safety pairs to train on: 96 pairs. */
  SAFETY(12, 16),
  /** Poison: 72 pairs. */
  POISON(16, 19),
  /** The base model's training, first answered, then refused: 120 pairs. */
  ALIGNMENT(19, 24);

  private final int from;
  private final int to;

  HarmfulUse(int from, int to) {
    this.from = from;
    this.to = to;
  }

  boolean holds(int verb, int object) {
    int diagonal = (verb + 5 * object) % ToyVocabulary.HARMFUL_VERBS.size();
    return diagonal >= from && diagonal < to;
  }
}
