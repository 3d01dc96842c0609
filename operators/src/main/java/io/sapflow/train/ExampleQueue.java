package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Examples of one adapter that wait for training: in the window, or, while the adapter is paused,
 * in a bounded buffer. Those of quarantined sources are set aside.
 */
final class ExampleQueue {

  private final String adapterId;
  private final long mostBufferedBytes;
  private final Consumer<QuarantinedRecord> setAside;
  private final List<HeldExample> window = new ArrayList<>();
  private final List<HeldExample> buffer = new ArrayList<>();
  private final Set<String> quarantinedSources = new TreeSet<>();
  private final Set<String> releasedSources = new TreeSet<>();
  private long bufferedBytes;
  private boolean paused;

  /**
   * An empty queue.
   *
   * @param mostBufferedBytes of records in the buffer
   * @param setAside hears of each example that is not trained
   */
  ExampleQueue(String adapterId, long mostBufferedBytes, Consumer<QuarantinedRecord> setAside) {
    this.adapterId = adapterId;
    this.mostBufferedBytes = mostBufferedBytes;
    this.setAside = setAside;
  }

  /** Lets an example wait, or sets it aside. */
  void add(HeldExample held) {
    if (passes(held)) {
      window.add(held);
    }
  }

  /** Whether an example is to be trained; if not, it is buffered or set aside. */
  private boolean passes(HeldExample held) {
    if (quarantinedSources.contains(held.getSource())) {
      setAside(
          held,
          QuarantineReason.SOURCE_QUARANTINED,
          "source " + held.getSource() + " is set aside; release it to train its examples");
      return false;
    }
    if (paused) {
      buffer(held);
      return false;
    }
    return true;
  }

  private void buffer(HeldExample held) {
    long bytes = HeldExamples.bytes(held);
    if (bufferedBytes + bytes > mostBufferedBytes) {
      setAside(
          held,
          QuarantineReason.PAUSED,
          "the adapter is paused and sapflow.pause.buffer is full; replay it after RESUME");
    } else {
      bufferedBytes += bytes;
      buffer.add(held);
    }
  }

  private void setAside(HeldExample held, QuarantineReason reason, String message) {
    setAside.accept(HeldExamples.quarantined(held, adapterId, reason, message));
  }

  /** How many examples are in the window. */
  int waiting() {
    return window.size();
  }

  /** Takes the oldest examples out of the window, in order of arrival. */
  List<HeldExample> take(int count) {
    return taken(window.subList(0, count));
  }

  private static List<HeldExample> taken(List<HeldExample> part) {
    List<HeldExample> taken = List.copyOf(part);
    part.clear();
    return taken;
  }

  /** The examples of a batch that commands since it was taken still let through. */
  List<HeldExample> readmit(List<HeldExample> batch) {
    return batch.stream().filter(this::passes).toList();
  }

  boolean isPaused() {
    return paused;
  }

  /** From now on examples go to the buffer, those of the window first. */
  void pause() {
    paused = true;
    taken(window).forEach(this::add);
  }

  /**
   * Those of the buffer go to the window.
   *
   * @return how many waited
   */
  int resume() {
    paused = false;
    List<HeldExample> waited = takeBuffer();
    waited.forEach(this::add);
    return waited.size();
  }

  private List<HeldExample> takeBuffer() {
    bufferedBytes = 0;
    return taken(buffer);
  }

  /**
   * Sets the examples of a source aside.
   *
   * @return how many waited
   */
  int quarantine(String source) {
    quarantinedSources.add(source);
    releasedSources.remove(source);
    int before = window.size() + buffer.size();
    List<HeldExample> waiting = new ArrayList<>(taken(window));
    waiting.addAll(takeBuffer());
    waiting.forEach(this::add);
    return before - window.size() - buffer.size();
  }

  /** Takes examples of a source again. */
  void release(String source) {
    quarantinedSources.remove(source);
    releasedSources.add(source);
  }

  /** Sources whose examples are set aside. */
  Set<String> quarantinedSources() {
    return Set.copyOf(quarantinedSources);
  }

  /** Sources that a person has released since. */
  Set<String> releasedSources() {
    return Set.copyOf(releasedSources);
  }

  void save(AdapterBook.Builder book) {
    book.setWindow(List.copyOf(window))
        .setPaused(paused)
        .setBuffer(List.copyOf(buffer))
        .setQuarantinedSources(List.copyOf(quarantinedSources))
        .setReleasedSources(List.copyOf(releasedSources));
  }

  void restore(AdapterBook book) {
    window.addAll(book.getWindow());
    paused = book.getPaused();
    buffer.addAll(book.getBuffer());
    bufferedBytes = buffer.stream().mapToLong(HeldExamples::bytes).sum();
    quarantinedSources.addAll(book.getQuarantinedSources());
    releasedSources.addAll(book.getReleasedSources());
  }
}
