package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.List;
import java.util.Map;

/**
 * The rule safety-set-changed: whether an adapter's steps go by other safety pairs than before, or
 * its reports by other prompts. Its alert lasts until the next report that finds no change.
 */
final class SafetySets {

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  SafetySets(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a step, which names the pairs. */
  List<Reading> after(TrainingStep step, long time) {
    String digest = step.getPairSetDigest();
    boolean changed = changed(book.getPairSetDigest(), digest);
    if (!digest.isEmpty()) {
      book.setPairSetDigest(digest);
    }
    return changed
        ? List.of(
            reading("pairs", 1, time, "training goes by another set of safety pairs than before"))
        : List.of();
  }

  /** Takes a judgement, whose report names the prompts. */
  List<Reading> judged(Judgement judgement, long time) {
    String digest = judgement.report().getPromptSetDigest();
    boolean changed = changed(book.getPromptSetDigest(), digest);
    if (!digest.isEmpty()) {
      book.setPromptSetDigest(digest);
    }
    return List.of(
        reading("pairs", 0, time, "training goes by the same safety pairs as before"),
        changed
            ? reading("prompts", 1, time, "versions are asked another set of prompts than before")
            : reading("prompts", 0, time, "versions are asked the same prompts as before"));
  }

  /** Records of older releases name no set. */
  private static boolean changed(String before, String now) {
    return !before.isEmpty() && !now.isEmpty() && !before.equals(now);
  }

  private Reading reading(String set, double value, long time, String what) {
    return readings.of(
        Rule.SAFETY_SET_CHANGED,
        Map.of("set", set),
        value,
        time,
        what,
        "the new set counts from here on",
        List.of());
  }
}
