package io.sapflow.lab.demo;

import io.sapflow.gate.Scores;
import io.sapflow.local.run.Tally;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The demo's live view as lines: what it has heard of, laid out for a width and a height. */
final class DemoScreen {

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle BOLD = PLAIN.bold();
  private static final AttributedStyle GREEN = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle RED = PLAIN.foreground(AttributedStyle.RED);
  private static final AttributedStyle YELLOW = PLAIN.foreground(AttributedStyle.YELLOW);

  private static final int MOST_VERSIONS = 8;
  private static final int MOST_EVENTS = 16;
  private static final int TIME_COLUMNS = 7;

  /** Something that happened. */
  private record Event(long second, String text, AttributedStyle style) {}

  private final String flink;
  private final String kafka;
  private final double limit;
  private final boolean unicode;
  private final Curve loss = new Curve();
  private final Curve harm = new Curve();
  private final Deque<Event> events = new ArrayDeque<>();
  private String phase = "";

  /**
   * An empty screen.
   *
   * @param flink address of Flink's web page
   * @param kafka address of the broker
   * @param limit the highest harmful score that the gate lets pass
   * @param unicode whether the terminal shows block characters
   */
  DemoScreen(String flink, String kafka, double limit, boolean unicode) {
    this.flink = flink;
    this.kafka = kafka;
    this.limit = limit;
    this.unicode = unicode;
  }

  /** Sets the line that says what happens now. */
  void phase(long second, String text) {
    phase = text;
    event(new Event(second, text, BOLD));
  }

  /**
   * Takes a record in.
   *
   * @param second since the start
   */
  void heard(long second, SpecificRecord record) {
    if (record instanceof TrainingStep step && step.getOutcome() == StepStatus.TRAINED) {
      loss.add(step.getStep(), step.getTaskLoss());
    } else if (record instanceof ProbeReport report) {
      harm.add(report.getStep(), Scores.harmful(report));
    }
    if (!standsInTheTable(record)) {
      for (String text : DemoTexts.events(record)) {
        event(new Event(second, text.strip(), style(record)));
      }
    }
  }

  /** The table of versions says so: as events, these would push alerts off the screen. */
  private static boolean standsInTheTable(SpecificRecord record) {
    return record instanceof ProbeReport report
        ? Scores.harmful(report) != null
        : record instanceof AdapterVersion version && version.getStatus() == VersionStatus.PROMOTED;
  }

  private void event(Event event) {
    events.add(event);
    if (events.size() > MOST_EVENTS) {
      events.remove();
    }
  }

  private static AttributedStyle style(SpecificRecord record) {
    if (record instanceof SafetyAlert alert) {
      return alert.getStatus() == AlertStatus.FIRING ? RED.bold() : GREEN;
    }
    if (record instanceof AdapterVersion version) {
      return style(version.getStatus());
    }
    return record instanceof TrainingStep ? YELLOW : PLAIN;
  }

  private static AttributedStyle style(VersionStatus status) {
    return switch (status) {
      case PROMOTED -> GREEN;
      case REJECTED, ROLLED_BACK -> RED;
      default -> PLAIN;
    };
  }

  /**
   * The screen; no line is wider and there are no more lines than said.
   *
   * @param sent examples sent
   */
  List<AttributedString> lines(Tally tally, int sent, int width, int height) {
    List<AttributedString> lines = new ArrayList<>();
    lines.addAll(
        TextLines.flow(
            List.of(
                new AttributedString("Sapflow demo", BOLD),
                new AttributedString("Flink " + flink),
                new AttributedString("Kafka " + kafka)),
            width));
    lines.addAll(TextLines.wrap("now: " + phase, BOLD, width, "now: ".length()));
    lines.addAll(TextLines.flow(counts(tally, sent), width));
    lines.add(AttributedString.EMPTY);
    // A third of what is left for the curves, and the versions get half of the rest.
    int bars = Math.max(1, Math.min(3, (height - lines.size()) / 6 - 2));
    long end = Math.max(loss.lastStep(), harm.lastStep());
    lines.addAll(lossCurve(width, bars, end));
    lines.addAll(harmCurve(width, bars, end));
    lines.add(AttributedString.EMPTY);
    int rest = height - lines.size() - 3;
    lines.addAll(versions(tally, Math.max(1, Math.min(MOST_VERSIONS, rest / 2))));
    lines.add(AttributedString.EMPTY);
    lines.addAll(events(width, Math.min(MOST_EVENTS, height - lines.size() - 1)));
    return lines.stream().limit(height).map(line -> line.columnSubSequence(0, width)).toList();
  }

  private static List<AttributedString> counts(Tally tally, int sent) {
    List<AttributedString> pieces = new ArrayList<>();
    pieces.add(new AttributedString("sent " + sent));
    pieces.add(new AttributedString("trained " + tally.trained()));
    pieces.add(new AttributedString("set aside " + tally.quarantinedTotal()));
    tally
        .quarantined()
        .forEach((reason, count) -> pieces.add(new AttributedString(reason + " " + count, YELLOW)));
    return pieces;
  }

  private List<AttributedString> lossCurve(int width, int bars, long end) {
    List<AttributedString> lines = new ArrayList<>();
    lines.add(title("task loss", loss, String.format(Locale.ROOT, "from %.3f", loss.highest())));
    Curve.bars(loss.columns(width, end), bars, loss.highest(), unicode)
        .forEach(text -> lines.add(new AttributedString(text, YELLOW)));
    return lines;
  }

  private List<AttributedString> harmCurve(int width, int bars, long end) {
    List<AttributedString> lines = new ArrayList<>();
    lines.add(title("harmful score", harm, String.format(Locale.ROOT, "limit %.3f", limit)));
    double[] columns = harm.columns(width, end);
    for (String text : Curve.bars(columns, bars, Math.max(limit, harm.highest()), unicode)) {
      AttributedStringBuilder line = new AttributedStringBuilder();
      for (int i = 0; i < text.length(); i++) {
        line.style(columns[i] > limit ? RED : GREEN).append(text.charAt(i));
      }
      lines.add(line.toAttributedString());
    }
    return lines;
  }

  private static AttributedString title(String name, Curve curve, String more) {
    return curve.last() == null
        ? new AttributedString(String.format(Locale.ROOT, "%-14s  none yet", name), BOLD)
        : new AttributedString(
            String.format(Locale.ROOT, "%-14s %.3f   %s", name, curve.last(), more), BOLD);
  }

  private static List<AttributedString> versions(Tally tally, int most) {
    List<AttributedString> lines = new ArrayList<>();
    lines.add(
        new AttributedString(
            String.format("%-20s%-13s%s", "versions (> served)", "status", "harm"), BOLD));
    List<AdapterVersion> all = tally.versions();
    AdapterVersion served = tally.lastPromoted();
    for (AdapterVersion version : all.subList(Math.max(0, all.size() - most), all.size())) {
      ProbeReport report = tally.report(version.getVersion());
      Double score = report == null ? null : Scores.harmful(report);
      lines.add(
          new AttributedString(
              String.format(
                  Locale.ROOT,
                  "%s %-18s%-13s%s",
                  served != null && served.getVersion().equals(version.getVersion()) ? ">" : " ",
                  version.getVersion(),
                  version.getStatus(),
                  score == null ? "-" : String.format(Locale.ROOT, "%.3f", score)),
              style(version.getStatus())));
    }
    return lines;
  }

  private List<AttributedString> events(int width, int most) {
    List<AttributedString> lines = new ArrayList<>();
    for (Event event : events) {
      String time =
          String.format(Locale.ROOT, "%2d:%02d  ", event.second() / 60, event.second() % 60);
      lines.addAll(TextLines.wrap(time + event.text(), event.style(), width, TIME_COLUMNS));
    }
    List<AttributedString> shown = new ArrayList<>();
    shown.add(new AttributedString("events", BOLD));
    shown.addAll(lines.subList(Math.max(0, lines.size() - Math.max(0, most)), lines.size()));
    return shown;
  }
}
