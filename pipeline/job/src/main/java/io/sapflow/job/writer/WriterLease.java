package io.sapflow.job.writer;

import io.sapflow.job.kafka.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job's claim to be the writer of something. A job that goes on from its own checkpoints takes
 * the place of its last submission at once; others wait until a writer has not been heard for
 * {@link #PATIENCE}, which is measured here, between two looks at its entry, and by no other clock.
 *
 * <p>A submission that was replaced is fenced for good: it never becomes the writer again, however
 * often its tasks are restarted. For several threads.
 */
public final class WriterLease implements AutoCloseable {

  /** From one sign of life to the next. */
  static final Duration BEAT = Duration.ofSeconds(2);

  /** A writer that has given no sign for so long may be replaced. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(WriterLease.class);

  private static final Duration LOOK = Duration.ofMillis(250);

  /** Waits for a moment between two looks. */
  interface Pause {
    void of(Duration time);
  }

  private final WriterRegister register;
  private final Writer writer;
  private final LongSupplier nanos;
  private final Pause pause;
  private WriterEntry own;

  /** A claim of a writer. */
  WriterLease(WriterRegister register, Writer writer) {
    this(register, writer, System::nanoTime, Waiting::pause);
  }

  WriterLease(WriterRegister register, Writer writer, LongSupplier nanos, Pause pause) {
    this.register = register;
    this.writer = writer;
    this.nanos = nanos;
    this.pause = pause;
  }

  /**
   * Looks whether the writer could begin, and changes nothing.
   *
   * @return the {@link WriterEntry#mark mark} of an entry whose writer was not heard; empty for
   *     none
   * @throws NotTheWriterException if another job is the writer
   */
  public synchronized String awaitFree() throws IOException {
    return awaitFree("").map(WriterEntry::mark).orElse("");
  }

  /**
   * Becomes the writer, or takes part as a task of the submission that is.
   *
   * @param unheard what {@link #awaitFree} has found: such a one is not waited for again
   * @param leftovers is asked to note, before, what is to be swept after it
   * @throws NotTheWriterException if another job is the writer
   */
  public synchronized void take(String unheard, Leftovers leftovers) throws IOException {
    while (own == null) {
      WriterEntry before = awaitFree(unheard).orElse(null);
      if (before != null && before.isOf(writer)) {
        own = before;
        return;
      }
      leftovers.note();
      WriterEntry entry = WriterEntry.after(before, writer);
      if (register.write(before, entry)) {
        own = entry;
        LOG.info(
            "{}: {} writes from here on, as writer {}",
            register.what(),
            entry.describe(),
            entry.generation());
        leftovers.sweep();
      }
    }
  }

  /** What broken-off writes have left behind. */
  public interface Leftovers {
    /** Remembers what there is. */
    void note() throws IOException;

    /** Deletes what was noted. */
    void sweep() throws IOException;

    /** Nothing to sweep. */
    Leftovers NONE =
        new Leftovers() {
          @Override
          public void note() {}

          @Override
          public void sweep() {}
        };
  }

  /** The entry that may be replaced, as it is now; the writer's own if it is the writer. */
  private Optional<WriterEntry> awaitFree(String unheard) throws IOException {
    WriterEntry first = null;
    long since = 0;
    while (true) {
      Optional<WriterEntry> found = register.read();
      if (found.isEmpty()) {
        return found;
      }
      WriterEntry entry = found.get();
      if (entry.fenced().contains(writer.submission())) {
        throw fenced(entry);
      }
      if (entry.isOf(writer)
          || entry.writer().line().equals(writer.line())
          || entry.over()
          || entry.mark().equals(unheard)) {
        return found;
      }
      if (first == null) {
        first = entry;
        since = nanos.getAsLong();
      } else if (!first.mark().equals(entry.mark())) {
        throw refused(entry);
      } else if (nanos.getAsLong() - since >= PATIENCE.toNanos()) {
        LOG.warn(
            "{}: {} has given no sign for {} s and may be replaced",
            register.what(),
            entry.describe(),
            PATIENCE.toSeconds());
        return found;
      }
      pause.of(LOOK);
    }
  }

  /**
   * Makes sure that no newer writer has come.
   *
   * @throws NotTheWriterException if one has; then nothing may be written any more
   */
  public synchronized void check() throws IOException {
    Optional<WriterEntry> found = register.read();
    if (found.isPresent() && !found.get().isOf(writer) && !isOwnUnreadable(found.get())) {
      throw fenced(found.get());
    }
  }

  /** A writer's own entry may be one that it is writing, or that it could not write to its end. */
  private boolean isOwnUnreadable(WriterEntry entry) {
    return own != null && entry.generation() == own.generation() && entry.isUnreadable();
  }

  /**
   * Gives a sign of life.
   *
   * @throws NotTheWriterException if a newer writer has come
   */
  public synchronized void beat() throws IOException {
    enter(own.next());
  }

  /** Ends: the next writer does not wait. */
  public synchronized void end() throws IOException {
    enter(own.ended());
  }

  private void enter(WriterEntry entry) throws IOException {
    if (!register.write(own, entry)) {
      // Another one may have opened the register without entering himself.
      check();
      Optional<WriterEntry> present = register.read();
      if (present.isEmpty()) {
        register.write(null, entry);
      } else if (!register.write(present.get(), entry)) {
        check();
      }
    }
    own = entry;
  }

  private NotTheWriterException refused(WriterEntry holder) {
    return new NotTheWriterException(
        register.what()
            + ": found a live writer, "
            + holder.describe()
            + ", expected none beside job "
            + writer.job()
            + ": stop that one first, or set "
            + register.key());
  }

  private NotTheWriterException fenced(WriterEntry holder) {
    return new NotTheWriterException(
        register.what()
            + ": found a newer writer, "
            + holder.describe()
            + ", expected job "
            + writer.job()
            + " of submission "
            + writer.submission()
            + ", which ends here for good");
  }

  @Override
  public void close() {
    register.close();
  }
}
