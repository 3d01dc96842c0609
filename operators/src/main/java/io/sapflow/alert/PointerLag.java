package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.SignalBook;
import io.sapflow.schema.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rule pointer-differs: how long the pointer has named another version than the gate promoted,
 * or one whose promotion the trainer refused. Before a pointer was heard of, nothing differs; after
 * a rollback nothing does until the gate has judged again.
 */
final class PointerLag {

  private static final double MILLIS_PER_SECOND = 1000;

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  PointerLag(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a judgement, which says what is to be served; one from before a rollback does not. */
  void judged(Judgement judgement, long time) {
    if (judgement.report().getGeneration() < book.getGeneration()) {
      return;
    }
    book.setToServe(judgement.promotedVersion());
    if (!Objects.equals(book.getToServe(), book.getRefusedVersion())) {
      book.setRefusedVersion(null);
    }
    since(time);
  }

  /** Takes a step's answers to commands. */
  void answered(TrainingStep step, long time) {
    for (AppliedCommand answer : step.getAppliedCommands()) {
      boolean refused = answer.getOutcome() == CommandOutcome.REFUSED;
      if (answer.getKind() == CommandKind.ROLLBACK && !refused) {
        book.setToServe(null);
      } else if (answer.getKind() == CommandKind.PROMOTED
          && refused
          && answer.getTarget() != null
          && answer.getTarget().equals(book.getToServe())) {
        book.setRefusedVersion(answer.getTarget()).setToServe(null);
      }
    }
    since(time);
  }

  /** Takes what the pointer names; empty for nothing. */
  void told(String version, long time) {
    book.setPointer(version);
    since(time);
  }

  private void since(long time) {
    if (!differs()) {
      book.setDiffersSince(null);
    } else if (book.getDiffersSince() == null) {
      book.setDiffersSince(time);
    }
  }

  private boolean differs() {
    String pointer = book.getPointer();
    boolean other = book.getToServe() != null && !book.getToServe().equals(pointer);
    return pointer != null && (other || pointer.equals(book.getRefusedVersion()));
  }

  /**
   * How long they differ by now.
   *
   * @param notBefore time before which a difference is nobody's fault: the job was down, or what
   *     was promoted was not committed yet
   */
  List<Reading> reading(long notBefore, long time) {
    long since =
        book.getDiffersSince() == null ? time : Math.max(book.getDiffersSince(), notBefore);
    double seconds = Math.max(0, time - since) / MILLIS_PER_SECOND;
    String pointer =
        book.getPointer() == null || book.getPointer().isEmpty() ? "none" : book.getPointer();
    String words =
        book.getDiffersSince() == null
            ? SignalReadings.words("the pointer names what is to be served")
            : book.getToServe() == null
                ? SignalReadings.words(
                    "the pointer names %s, whose promotion the trainer refused", pointer)
                : SignalReadings.words(
                    "the pointer names %s, but %s is to be served", pointer, book.getToServe());
    return List.of(
        readings.of(
            Rule.POINTER_DIFFERS,
            Map.of(),
            seconds,
            time,
            words,
            "the pointer stays as it is; training goes on",
            List.of()));
  }
}
