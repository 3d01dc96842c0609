package io.sapflow.lab.demo;

import io.sapflow.local.run.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Curses;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link DemoScreen} on the terminal, redrawn a few times a second by a thread of its own. Lines
 * are laid out by the thread that updates: the tally belongs to it.
 *
 * <p>Closing leaves the last state on the terminal, with the cursor below it.
 */
public final class LiveView implements DemoView {

  private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);
  private static final long MILLIS_BETWEEN_FRAMES = 200;

  private final Terminal terminal;
  private final Display display;
  private final HeldErrors errors;
  private final DemoScreen screen;
  private final boolean colour;
  private final long started = System.nanoTime();
  private final ScheduledExecutorService painter =
      Executors.newSingleThreadScheduledExecutor(LiveView::daemon);
  private volatile Size size;
  private volatile List<AttributedString> frame = List.of();
  private Size shownSize;
  private List<AttributedString> shown = List.of();
  private boolean closed;

  private LiveView(Terminal terminal, HeldErrors errors, DemoScreen screen) {
    this.terminal = terminal;
    this.errors = errors;
    this.screen = screen;
    this.display = new Display(terminal, true);
    String noColour = System.getenv("NO_COLOR");
    this.colour = noColour == null || noColour.isEmpty();
    this.size = terminal.getSize();
  }

  /**
   * A view on this process's terminal; empty if standard output is none, or one that cannot move
   * its cursor.
   *
   * @param flink address of Flink's web page
   * @param kafka address of the broker
   * @param limit the highest harmful score that the gate lets pass
   * @param heldErrors file for what is written to standard error meanwhile
   */
  public static Optional<LiveView> open(String flink, String kafka, double limit, Path heldErrors) {
    Terminal terminal;
    try {
      terminal =
          TerminalBuilder.builder()
              .system(true)
              .systemOutput(TerminalBuilder.SystemOutput.SysOut)
              .provider(TerminalBuilder.PROP_PROVIDER_EXEC)
              // Ctrl-C stays the JVM's: its shutdown hooks end the run.
              .nativeSignals(false)
              .dumb(false)
              .build();
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
    if (terminal.getStringCapability(Capability.cursor_address) == null
        || terminal.getSize().getColumns() == 0) {
      close(terminal);
      return Optional.empty();
    }
    boolean unicode = StandardCharsets.UTF_8.equals(terminal.encoding());
    LiveView view =
        new LiveView(
            terminal, HeldErrors.open(heldErrors), new DemoScreen(flink, kafka, limit, unicode));
    view.start();
    return Optional.of(view);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "live-view");
    thread.setDaemon(true);
    return thread;
  }

  private void start() {
    Attributes quiet = terminal.getAttributes();
    quiet.setLocalFlag(Attributes.LocalFlag.ECHO, false);
    terminal.setAttributes(quiet);
    terminal.handle(Terminal.Signal.WINCH, signal -> resized());
    // What stood on the terminal goes to its scrollback.
    terminal.writer().print("\n".repeat(size.getRows()));
    terminal.puts(Capability.cursor_invisible);
    var unused =
        painter.scheduleWithFixedDelay(
            this::paint, 0, MILLIS_BETWEEN_FRAMES, TimeUnit.MILLISECONDS);
  }

  @Override
  public void phase(String text) {
    screen.phase(second(), text);
  }

  @Override
  public void heard(SpecificRecord record) {
    screen.heard(second(), record);
  }

  @Override
  public void update(Tally tally, int sent) {
    Size now = size;
    // The last column and line stay free, so that the terminal neither wraps nor scrolls.
    frame = screen.lines(tally, sent, Math.max(1, now.getColumns() - 1), now.getRows() - 1);
  }

  private synchronized void resized() {
    if (!closed) {
      size = terminal.getSize();
    }
  }

  private long second() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
  }

  private synchronized void paint() {
    List<AttributedString> next = frame;
    Size now = size;
    if (closed || (next == shown && now.equals(shownSize))) {
      return;
    }
    try {
      if (!now.equals(shownSize)) {
        terminal.puts(Capability.clear_screen);
        display.reset();
        display.resize(now.getRows(), now.getColumns());
      }
      display.update(fit(next, now), -1);
      shown = next;
      shownSize = now;
    } catch (RuntimeException e) {
      LOG.warn("The live view could not be drawn; the next frame is drawn anew", e);
      shownSize = null;
    }
  }

  /** Lines laid out for a larger terminal are cut until the next update; the display edits them. */
  private List<AttributedString> fit(List<AttributedString> lines, Size size) {
    return lines.stream()
        .limit(size.getRows() - 1L)
        .map(line -> line.columnSubSequence(0, Math.max(1, size.getColumns() - 1)))
        .map(line -> colour ? line : new AttributedString(line.toString()))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    paint();
    closed = true;
    painter.shutdownNow();
    // Past the terminal object: when the JVM ends, JLine's own hook may have closed it already.
    System.out.print(
        tputs(Capability.cursor_address, Math.min(shown.size(), size.getRows() - 1), 0)
            + tputs(Capability.cursor_normal));
    System.out.flush();
    close(terminal);
    errors.close();
  }

  private String tputs(Capability capability, Object... arguments) {
    return Curses.tputs(terminal.getStringCapability(capability), arguments);
  }

  private static void close(Terminal terminal) {
    try {
      terminal.close();
    } catch (IOException e) {
      // Its settings could not be put back; the result is still to be printed.
    }
  }
}
