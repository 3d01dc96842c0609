package io.sapflow.ops.topics;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which quarantined examples are meant: what every part admits. One that is null, or without a
 * range, does not restrict.
 *
 * @param reason code
 * @param source as the example claims it
 * @param offsets ranges of topics of examples, one of which holds the example; empty for all
 * @param adapter its id
 */
public record ReplayFilter(
    String reason, String source, List<OffsetRange> offsets, String adapter) {

  private static final Pattern RANGE =
      Pattern.compile("(?:([A-Za-z0-9._-]+):)?([0-9]{1,9}):([0-9]{1,18})(?:-([0-9]{1,18}))?");

  /**
   * A range of the examples topic's offsets, {@code P:FIRST-LAST} or {@code P:OFFSET}, or of
   * another one's that stands before it, {@code TOPIC:P:FIRST-LAST}.
   *
   * @param topics what the job's are called
   * @throws IllegalArgumentException for any other text
   */
  public static OffsetRange range(String text, TopicNames topics) {
    Matcher range = RANGE.matcher(text);
    if (range.matches()) {
      String topic = range.group(1) == null ? topics.of(Topic.EXAMPLES) : range.group(1);
      long first = Long.parseLong(range.group(3));
      long last = range.group(4) == null ? first : Long.parseLong(range.group(4));
      if (first <= last && topics.holdsExamples(topic)) {
        return new OffsetRange(topic, Integer.parseInt(range.group(2)), first, last);
      }
    }
    throw new IllegalArgumentException(
        "--offsets: found "
            + text
            + ", expected PARTITION:FIRST-LAST on "
            + topics.of(Topic.EXAMPLES)
            + ", such as 0:120-180");
  }

  /** Whether a record is meant. */
  boolean admits(QuarantinedRecord record) {
    return (reason == null || reason.equals(record.getReason()))
        && (source == null || source.equals(record.getSource()))
        && (adapter == null || adapter.equals(record.getAdapterId()))
        && (offsets.isEmpty() || offsets.stream().anyMatch(range -> holds(range, record)));
  }

  private static boolean holds(OffsetRange range, QuarantinedRecord record) {
    return range.getTopic().equals(record.getTopic())
        && range.getPartition() == record.getPartition()
        && range.getFirstOffset() <= record.getOffset()
        && range.getLastOffset() >= record.getOffset();
  }
}
