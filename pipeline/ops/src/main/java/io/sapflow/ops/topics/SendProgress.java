package io.sapflow.ops.topics;

import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How far a file is, and when it will end: one line that changes on a terminal, elsewhere a line
 * now and then. Nothing is said of what takes less than a second.
 */
public final class SendProgress {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long ON_TERMINAL = SECOND / 4;
  private static final long ELSEWHERE = 10 * SECOND;
  private static final String BEGIN_LINE = "\r";
  private static final String CLEAR = "\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanos;
  private final Supplier<LocalTime> clock;
  private long start;
  private long next;
  private boolean shown;
  private double firstShare = -1;
  private long firstRows;

  /**
   * Progress of what begins when it is first told how far it is.
   *
   * @param terminal whether lines can be written over
   */
  public SendProgress(PrintStream out, boolean terminal) {
    this(out, terminal, System::nanoTime, LocalTime::now);
  }

  SendProgress(PrintStream out, boolean terminal, LongSupplier nanos, Supplier<LocalTime> clock) {
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.clock = clock;
  }

  /**
   * May say how far it is.
   *
   * @param rows gone through
   * @param bad how many of them are left out
   * @param share of the file, from 0 to 1; below 0 if unknown
   */
  public void at(long rows, long bad, double share) {
    if (firstShare < 0) {
      firstShare = Math.max(0, share);
      firstRows = rows;
      start = nanos.getAsLong();
      next = start + SECOND;
    }
    long now = nanos.getAsLong();
    if (now < next) {
      return;
    }
    next = now + (terminal ? ON_TERMINAL : ELSEWHERE);
    String line = line(rows, bad, share, (now - start) / (double) SECOND);
    if (terminal) {
      out.print(BEGIN_LINE + line + CLEAR);
      out.flush();
      shown = true;
    } else {
      out.println(line);
    }
  }

  /** Begins anew: what was done so far does not tell how fast the rest is. */
  public void anew() {
    clear();
    firstShare = -1;
  }

  private String line(long rows, long bad, double share, double seconds) {
    StringBuilder line = new StringBuilder();
    line.append(rows).append(" rows");
    if (bad > 0) {
      line.append(", ").append(bad).append(" of them bad");
    }
    if (share >= 0) {
      line.append(String.format(", %.0f %% of the file", Math.floor(100 * share)));
    }
    line.append(String.format(", %.0f rows a second", (rows - firstRows) / seconds));
    double done = share - firstShare;
    if (share >= 0 && share < 1 && done > 0) {
      Duration left = Duration.ofMillis(Math.round(1000 * seconds * (1 - share) / done));
      line.append(", ends about ")
          .append(clock.get().plus(left).truncatedTo(ChronoUnit.SECONDS))
          .append(", in ")
          .append(words(left));
    }
    return line.toString();
  }

  private static String words(Duration left) {
    if (left.toHours() > 0) {
      return left.toHours() + " h " + left.toMinutesPart() + " min";
    }
    return left.toMinutes() > 0
        ? left.toMinutes() + " min " + left.toSecondsPart() + " s"
        : Math.max(1, left.toSeconds()) + " s";
  }

  /** A line of its own among those of the progress. */
  public void say(String line) {
    clear();
    out.println(line);
  }

  /** Takes the line away. */
  public void clear() {
    if (shown) {
      out.print(BEGIN_LINE + CLEAR);
      out.flush();
      shown = false;
    }
  }
}
