package io.sapflow.ops.topics;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.job.access.AccessList;
import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.FilePlace;
import io.sapflow.local.files.Reading;
import io.sapflow.local.files.RecordFile;
import io.sapflow.local.run.ExactFeed;
import io.sapflow.local.run.Feed;
import io.sapflow.schema.Digests;
import io.sapflow.schema.TrainingExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Sends a file to a topic of examples, each row once: a send that was interrupted, however that
 * was, goes on where the brokers say that it ended. Standard input, which cannot be read again, is
 * sent from its first row to its last.
 */
public final class FileSend {

  private static final int MOST_ROWS = 5_000;
  private static final long MOST_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SLICE_MILLIS = 50;

  /**
   * What is to be sent.
   *
   * @param file examples, or {@link Reading#STANDARD_INPUT}
   * @param reading how it is read
   * @param as what its examples become
   * @param topic where they go
   * @param key that their source signs with; null for none
   * @param rate how many a second; 0 for as many as can be
   * @param cursor the file by which a send goes on; null for the one beside the file
   * @param again whether to begin anew with the first row
   */
  public record Order(
      Path file,
      Reading reading,
      Sending.As as,
      String topic,
      Hmac key,
      double rate,
      Path cursor,
      boolean again) {}

  private final Brokers brokers;
  private final IngestLimits limits;
  private final AdapterPolicy adapters;
  private final Consumer<String> lines;
  private final SendProgress progress;
  private final BooleanSupplier stopped;

  /**
   * A sender.
   *
   * @param limits what the job takes of a record
   * @param adapters which adapters the job trains
   * @param lines is told what was done
   * @param progress is told how far it is, and what is wrong with rows
   * @param stopped whether somebody wants it to end
   */
  public FileSend(
      Brokers brokers,
      IngestLimits limits,
      AdapterPolicy adapters,
      Consumer<String> lines,
      SendProgress progress,
      BooleanSupplier stopped) {
    this.brokers = brokers;
    this.limits = limits;
    this.adapters = adapters;
    this.lines = lines;
    this.progress = progress;
    this.stopped = stopped;
  }

  /**
   * Sends what is left of the file.
   *
   * @return whether all of its rows are on the topic, those of earlier sends too
   */
  public boolean run(Order order) {
    try (RecordFile<FileExample> file = ExampleFile.open(order.file(), order.reading())) {
      return Reading.isStandardInput(order.file()) ? once(order, file) : exactly(order, file);
    } finally {
      progress.clear();
    }
  }

  private boolean once(Order order, RecordFile<FileExample> file) {
    try (Feed feed = new Feed(brokers.kafka(), Optional.empty())) {
      Pacer pacer = new Pacer(order.rate(), System::nanoTime);
      Sending.Count count =
          send(
              order,
              file,
              example -> feed.example(example, order.topic(), order.key()),
              soFar -> {
                feed.check();
                progress.at(soFar.rows(), soFar.bad(), file.share());
                return awaits(pacer.pause(soFar.sent()));
              });
      feed.flush();
      boolean whole = !stopped.getAsBoolean() && !file.hasNext();
      told(count, whole ? null : "stopped after row " + count.rows());
      return whole && count.bad() == 0;
    }
  }

  private boolean exactly(Order order, RecordFile<FileExample> file) {
    Path place = order.cursor() == null ? SendCursor.beside(order.file()) : order.cursor();
    SendCursor cursor = SendCursor.open(place);
    Sending.As as = order.as();
    String target =
        cursor.target(
            List.of(brokers.cluster(), order.topic(), as.adapter(), as.source(), as.idPrefix()));
    try (ExactFeed feed =
        new ExactFeed(brokers.client(), AccessList.SENDS + target, order.topic(), order.again())) {
      Optional<ExactFeed.Mark> found = feed.open();
      ExactFeed.Mark start = ExactFeed.Mark.start(file.place().sha256(), manner(order.reading()));
      if (!order.again() && found.isEmpty() && cursor.isSent(target)) {
        throw new IllegalArgumentException(
            file.name()
                + ": rows of it were sent before, but the brokers no longer know how many"
                + " (offsets.retention.minutes, or the topic was made anew); expected --again,"
                + " which sends it from its first row, or a file with the rest of it");
      }
      if (order.again() || found.isEmpty()) {
        feed.commit(start);
      }
      // Before the first row: brokers that forget later are then told from those never asked.
      cursor.sent(target);
      ExactFeed.Mark mark =
          order.again() ? start : found.filter(some -> some.rows() > 0).orElse(start);
      return goTo(mark, order, file) && send(order, file, feed, mark);
    }
  }

  /** Tells ways of reading apart: rows that were read in another way would be other examples. */
  private static String manner(Reading reading) {
    String manner = reading.map().canonical() + (reading.strict() ? " --strict" : "");
    return manner.isEmpty() ? "-" : Digests.sha256(manner).substring(0, 16);
  }

  /**
   * Goes past what was sent, if it is still what was sent.
   *
   * @return whether it came there; somebody may want it to end before
   */
  private boolean goTo(ExactFeed.Mark mark, Order order, RecordFile<FileExample> file) {
    if (mark.rows() == 0) {
      return true;
    }
    String again = ", or --again, which sends all of it anew from the first row";
    if (!mark.manner().equals(manner(order.reading()))) {
      throw new IllegalArgumentException(
          "--map, --strict: found others than those that the first "
              + mark.rows()
              + " rows of "
              + file.name()
              + " were sent with, expected the same"
              + again);
    }
    for (long left = mark.rows(); left > 0 && file.hasNext(); left--) {
      if (stopped.getAsBoolean()) {
        progress.clear();
        lines.accept("stopped before anything was sent: the same command goes on");
        return false;
      }
      progress.at(mark.rows() - left, 0, file.share());
      file.skip();
    }
    progress.anew();
    FilePlace place = file.place();
    if (place.rows() < mark.rows() || !place.sha256().equals(mark.sha256())) {
      throw new IllegalArgumentException(
          file.name()
              + ": found other rows than the "
              + mark.rows()
              + " that were sent of it before, expected the file as it was, longer perhaps"
              + again);
    }
    lines.accept(
        file.hasNext()
            ? "goes on after row " + mark.rows() + ": " + mark.sent() + " examples were sent before"
            : nothingLeft(mark));
    return true;
  }

  private static String nothingLeft(ExactFeed.Mark mark) {
    return "nothing is left to send: "
        + (mark.bad() == 0
            ? "all " + mark.rows() + " rows were sent before"
            : "of "
                + mark.rows()
                + " rows "
                + mark.sent()
                + " were sent before, "
                + mark.bad()
                + " bad ones left out")
        + " (--again sends them anew)";
  }

  private boolean send(
      Order order, RecordFile<FileExample> file, ExactFeed feed, ExactFeed.Mark mark) {
    Pacer pacer = new Pacer(order.rate(), System::nanoTime);
    Commits commits = new Commits(file, feed, mark);
    Sending.Count count =
        send(
            order,
            file,
            example -> feed.example(example, order.key()),
            soFar -> {
              progress.at(mark.rows() + soFar.rows(), soFar.bad(), file.share());
              long wait = pacer.pause(soFar.sent());
              commits.at(soFar, wait);
              return awaits(wait);
            });
    commits.all(count);
    boolean whole = !file.hasNext();
    told(
        count,
        whole
            ? null
            : "stopped after row "
                + (mark.rows() + count.rows())
                + (order.again() ? ": the command without --again" : ": the same command")
                + " goes on after it");
    return whole && mark.bad() + count.bad() == 0;
  }

  private Sending.Count send(
      Order order,
      RecordFile<FileExample> file,
      Consumer<TrainingExample> sink,
      Sending.Course course) {
    Sending.Count count =
        new Sending(limits, adapters, sink, progress::say).send(file, order.as(), course);
    file.notes().forEach(progress::say);
    return count;
  }

  private void told(Sending.Count count, String stop) {
    progress.clear();
    lines.accept(count.sent() + " examples sent, " + count.bad() + " bad rows left out");
    if (stop != null) {
      lines.accept(stop);
    }
  }

  /** Waits, unless somebody wants it to end; returns whether to go on. */
  private boolean awaits(long nanos) {
    long end = System.nanoTime() + nanos;
    while (!stopped.getAsBoolean() && nanos > 0 && end - System.nanoTime() > 0) {
      try {
        Thread.sleep(Math.min(SLICE_MILLIS, Math.max(1, (end - System.nanoTime()) / 1_000_000)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !stopped.getAsBoolean();
  }

  /** Commits now and then: after so many rows, after so long, and before a long wait. */
  private static final class Commits {

    private final RecordFile<FileExample> file;
    private final ExactFeed feed;
    private final ExactFeed.Mark mark;
    private long rows;
    private long committed;
    private long since = System.nanoTime();

    Commits(RecordFile<FileExample> file, ExactFeed feed, ExactFeed.Mark mark) {
      this.file = file;
      this.feed = feed;
      this.mark = mark;
      this.committed = mark.rows();
    }

    void at(Sending.Count soFar, long wait) {
      if (soFar.rows() - rows >= MOST_ROWS
          || System.nanoTime() + Math.max(0, wait) - since >= MOST_NANOS) {
        all(soFar);
      }
    }

    void all(Sending.Count soFar) {
      FilePlace place = file.place();
      if (place.rows() > committed) {
        long sent = mark.sent() + soFar.sent();
        feed.commit(
            new ExactFeed.Mark(
                place.rows(), sent, place.rows() - sent, place.sha256(), mark.manner()));
        committed = place.rows();
      }
      rows = soFar.rows();
      since = System.nanoTime();
    }
  }
}
