package io.sapflow.train;

import io.sapflow.batch.BatchOptions;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Examples of one adapter that wait for training: in the window, or, while the adapter is paused,
 * in a bounded buffer. Those of quarantined sources are set aside.
 */
final class ExampleQueue {

  /** The most sources that are set aside or were released. */
  static final int MOST_SOURCES = 10_000;

  private final String adapterId;
  private final long mostBufferedBytes;
  private final Consumer<QuarantinedRecord> setAside;
  private final ExampleLog window;
  private final WindowCuts cuts;
  private final ExampleLog buffer;
  private final Set<String> quarantinedSources = new TreeSet<>();
  private final Set<String> releasedSources = new TreeSet<>();
  private boolean paused;

  /**
   * An empty queue.
   *
   * @param batch says when a window is full
   * @param mostBufferedBytes of records in the buffer
   * @param setAside hears of each example that is not trained
   */
  ExampleQueue(
      String adapterId,
      BatchOptions batch,
      long mostBufferedBytes,
      HeldBlocks blocks,
      Consumer<QuarantinedRecord> setAside) {
    this.adapterId = adapterId;
    this.mostBufferedBytes = mostBufferedBytes;
    this.setAside = setAside;
    this.window = new ExampleLog(blocks, AdapterImage.FIRST_WINDOW_BLOCK);
    this.cuts = new WindowCuts(batch.window(), batch.windowBytes());
    this.buffer = new ExampleLog(blocks, AdapterImage.FIRST_BUFFER_BLOCK);
  }

  /** Lets an example wait, or sets it aside. */
  void add(HeldExample held) {
    if (passes(held)) {
      window.add(held);
      cuts.add(HeldExamples.bytes(held));
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
    if (buffer.recordBytes() + HeldExamples.bytes(held) > mostBufferedBytes) {
      setAside(
          held,
          QuarantineReason.PAUSED,
          "the adapter is paused and sapflow.pause.buffer is full; replay it after RESUME");
    } else {
      buffer.add(held);
    }
  }

  private void setAside(HeldExample held, QuarantineReason reason, String message) {
    setAside.accept(HeldExamples.quarantined(held, adapterId, reason, message));
  }

  /** How many examples are in the window, and in those that are full before it. */
  long waiting() {
    return window.size();
  }

  /** About the bytes that waiting examples take on the heap. */
  long heapBytes() {
    return window.heapBytes() + buffer.heapBytes();
  }

  /** Whether a window is full. */
  boolean hasFullWindow() {
    return cuts.isFull();
  }

  /** Takes the oldest full window out, in order of arrival. */
  List<HeldExample> takeFullWindow() {
    return window.take(cuts.take());
  }

  /** How many examples the window has that is trained next. */
  long inFirstWindow() {
    return cuts.first();
  }

  /** Takes so many examples out, in order of arrival; with the next one a window begins. */
  List<HeldExample> takeFirst(long examples) {
    List<HeldExample> taken = window.take(Math.toIntExact(examples));
    cuts.clear();
    window.forEach(held -> cuts.add(HeldExamples.bytes(held)));
    return taken;
  }

  /** Takes the window out that is not full, in order of arrival; no full one waits. */
  List<HeldExample> takeRest() {
    cuts.clear();
    return window.take(Math.toIntExact(window.size()));
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
    cuts.clear();
    window.drain(this::add);
  }

  /**
   * Those of the buffer go to the window.
   *
   * @return how many waited
   */
  long resume() {
    paused = false;
    long waited = buffer.size();
    buffer.drain(this::add);
    return waited;
  }

  /**
   * Sets the examples of a source aside.
   *
   * @return how many waited
   */
  long quarantine(String source) {
    quarantinedSources.add(source);
    releasedSources.remove(source);
    long before = window.size() + buffer.size();
    if (!paused) {
      cuts.clear();
    }
    (paused ? buffer : window).drain(this::add);
    return before - window.size() - buffer.size();
  }

  /** Whether a source may be set aside or released: of so many that is remembered. */
  boolean mayName(String source) {
    return quarantinedSources.contains(source)
        || releasedSources.contains(source)
        || quarantinedSources.size() + releasedSources.size() < MOST_SOURCES;
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
    book.setWindow(window.saveNewest())
        .setWindowBlocks(window.saveBlocks())
        .setPaused(paused)
        .setBuffer(buffer.saveNewest())
        .setBufferBlocks(buffer.saveBlocks())
        .setQuarantinedSources(List.copyOf(quarantinedSources))
        .setReleasedSources(List.copyOf(releasedSources));
  }

  void restore(AdapterBook book) {
    window.restore(book.getWindowBlocks(), book.getWindow());
    window.forEach(held -> cuts.add(HeldExamples.bytes(held)));
    paused = book.getPaused();
    buffer.restore(book.getBufferBlocks(), book.getBuffer());
    quarantinedSources.addAll(book.getQuarantinedSources());
    releasedSources.addAll(book.getReleasedSources());
  }
}
