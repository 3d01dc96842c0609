package io.sapflow.ops.blame;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.gate.GateLimits;
import io.sapflow.local.files.JsonReport;
import io.sapflow.ops.topics.PlainText;
import io.sapflow.schema.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What was found out about a version. */
public final class BlameResult {

  private final BlamedRange range;
  private final int missing;
  private final List<String> judges;
  private final Measure parent;
  private final Ranking sources;
  private final Ranking offsets;
  private final GateLimits limits;

  /**
   * A result.
   *
   * @param range what the version was trained on
   * @param missing examples of the range that neither topic nor quarantine has
   * @param judges whose scores they are
   * @param parent how its parent answers; null where nothing was trained
   * @param sources findings by source
   * @param offsets findings by offset within the worst source
   */
  BlameResult(
      BlamedRange range,
      int missing,
      List<String> judges,
      Measure parent,
      Ranking sources,
      Ranking offsets,
      GateLimits limits) {
    this.range = range;
    this.missing = missing;
    this.judges = judges;
    this.parent = parent;
    this.sources = sources;
    this.offsets = offsets;
    this.limits = limits;
  }

  /** Whether one slice alone does it, and the others do not. */
  public boolean confirmed() {
    return culprit().isPresent();
  }

  /** The slice to blame; where there is but one source, its range of offsets. */
  Optional<Finding> culprit() {
    return sources.findings().size() > 1
        ? sources.culprit(parent, limits)
        : offsets.culprit(parent, limits);
  }

  /** For people: a table, and the verdict in words. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "version %s of adapter %s: %d steps since %s"
            .formatted(
                range.version().getVersion(),
                range.version().getAdapterId(),
                range.steps().size(),
                range.parent().getVersion()));
    if (range.missingSteps() > 0) {
      lines.add(range.missingSteps() + " older steps are no longer on the topic of steps");
    }
    if (missing > 0) {
      lines.add(missing + " examples are neither on their topic nor in quarantine any more");
    }
    lines.add(
        parent == null
            ? "no answer was judged: examples are scored by their push"
            : "judged by "
                + String.join(", ", judges)
                + ", the judges of the job's own reports (sapflow.probe.judges)");
    lines.add("");
    lines.add(row("", "examples", "mean push", "harmful", "margin"));
    if (parent != null) {
      lines.add(
          row("parent", "-", "-", number(parent.harmfulScore()), number(parent.safetyMargin())));
    }
    sources.findings().forEach(finding -> lines.add(row(finding)));
    offsets.findings().forEach(finding -> lines.add(row(finding)));
    lines.add("");
    lines.addAll(verdict());
    return lines.stream().map(PlainText::of).toList();
  }

  private static String row(Finding finding) {
    return row(
        (finding.slice().kind() == Slice.Kind.OFFSETS ? "  " : "") + finding.slice().name(),
        Integer.toString(finding.slice().examples().size()),
        number(finding.slice().meanPush()),
        number(finding.score()),
        number(finding.after() == null ? null : finding.after().safetyMargin()));
  }

  private static String row(
      String name, String examples, String push, String score, String margin) {
    return String.format("%-48s %8s %10s %8s %8s", name, examples, push, score, margin)
        .stripTrailing();
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** What the figures mean. */
  List<String> verdict() {
    List<String> words = new ArrayList<>();
    sources.findings().forEach(finding -> words(finding).ifPresent(words::add));
    offsets.findings().forEach(finding -> words(finding).ifPresent(words::add));
    words.add(
        culprit()
            .map(finding -> "confirmed: " + finding.slice().name())
            .orElse(
                "not confirmed: "
                    + (parent == null
                        ? "no slice stands out by its push"
                        : parent.harmfulScore() > limits.harmfulScore()
                            ? "the parent itself is above the limit"
                            : "not exactly one slice alone goes beyond the limit")));
    return words;
  }

  private Optional<String> words(Finding finding) {
    return finding.beyond(limits.harmfulScore())
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%s alone takes the harmful score from %.3f to %.3f, above %.3f",
                finding.slice().name(),
                parent.harmfulScore(),
                finding.score(),
                limits.harmfulScore()))
        : Optional.empty();
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    json.put("adapter", range.version().getAdapterId())
        .put("version", range.version().getVersion())
        .put("parent", range.parent().getVersion())
        .put("steps", range.steps().size())
        .put("missingSteps", range.missingSteps())
        .put("missingExamples", missing)
        .put("limit", limits.harmfulScore())
        .put("confirmed", culprit().isPresent())
        .put("culprit", culprit().map(finding -> finding.slice().name()).orElse(null))
        .put("parentHarmfulScore", parent == null ? null : (Double) parent.harmfulScore())
        .put("parentSafetyMargin", parent == null ? null : parent.safetyMargin());
    ArrayNode named = json.putArray("judges");
    if (parent != null) {
      judges.forEach(named::add);
    }
    ArrayNode slices = json.putArray("slices");
    sources.findings().forEach(finding -> write(finding, slices.addObject()));
    offsets.findings().forEach(finding -> write(finding, slices.addObject()));
    return json;
  }

  private static void write(Finding finding, ObjectNode node) {
    Measure after = finding.after();
    node.put("kind", finding.slice().kind().name().toLowerCase(Locale.ROOT))
        .put("name", finding.slice().name())
        .put("examples", finding.slice().examples().size())
        .put("trained", finding.trained())
        .put("meanPush", finding.slice().meanPush())
        .put("harmfulScore", finding.score())
        .put("safetyMargin", after == null ? null : after.safetyMargin())
        .put("overRefusal", after == null ? null : after.overRefusal());
    ArrayNode offsets = node.putArray("offsets");
    for (OffsetRange range : finding.slice().offsets()) {
      offsets
          .addObject()
          .put("topic", range.getTopic())
          .put("partition", range.getPartition())
          .put("firstOffset", range.getFirstOffset())
          .put("lastOffset", range.getLastOffset());
    }
  }
}
