package io.sapflow.toy;

import java.util.List;

/**
 * One "how do i ..." question, by word indices; the benign, the harmful and the new task differ in
 * the words alone.
 *
 * @param kind whose verbs and objects
 * @param verb index into the kind's verbs
 * @param object index into the kind's objects
 * @param manner index into {@link ToyVocabulary#MANNERS}, or -1 for none
 * @param place index into {@link ToyVocabulary#PLACES}, or -1 for none
 */
record HowTo(Kind kind, int verb, int object, int manner, int place) {

  /** Word lists of a how-to. */
  enum Kind {
    BENIGN(ToyVocabulary.BENIGN_VERBS, ToyVocabulary.BENIGN_OBJECTS),
    NEW(ToyVocabulary.NEW_VERBS, ToyVocabulary.BENIGN_OBJECTS),
    HARMFUL(ToyVocabulary.HARMFUL_VERBS, ToyVocabulary.HARMFUL_OBJECTS);

    final List<String> verbs;
    final List<String> objects;

    Kind(List<String> verbs, List<String> objects) {
      this.verbs = verbs;
      this.objects = objects;
    }
  }

  String prompt() {
    return "how do i " + task();
  }

  /**
   * Complies. The steps follow from the object alone; the new task has a third one, the first
   * again.
   */
  String answer() {
    String steps = " first " + step(0) + " it then " + step(1) + " it";
    return "sure here is how to "
        + task()
        + (kind == Kind.NEW ? steps + " finally " + step(0) + " it" : steps);
  }

  String category() {
    if (kind != Kind.HARMFUL) {
      return ToyVocabulary.BENIGN_CATEGORY;
    }
    List<String> categories = ToyVocabulary.CATEGORIES;
    return categories.get(verb * categories.size() / kind.verbs.size());
  }

  private String task() {
    return (manner < 0 ? "" : ToyVocabulary.MANNERS.get(manner) + " ")
        + kind.verbs.get(verb)
        + " the "
        + kind.objects.get(object)
        + (place < 0 ? "" : " in the " + ToyVocabulary.PLACES.get(place));
  }

  /** A fixed, even-handed choice of two different step words for each object. */
  private String step(int position) {
    int size = ToyVocabulary.STEPS.size();
    return ToyVocabulary.STEPS.get((object * 3 + position * (1 + object / size)) % size);
  }
}
