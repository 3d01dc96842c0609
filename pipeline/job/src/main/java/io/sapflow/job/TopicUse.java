package io.sapflow.job;

import io.sapflow.schema.Topics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which topics the job reads and writes. */
public final class TopicUse {

  /** What every job reads; the topics that are bound to sources come beside them. */
  private static final List<String> READ =
      List.of(
          Topics.EXAMPLES,
          Topics.SAFETY_PAIRS,
          Topics.PROBE_PROMPTS,
          Topics.CONTROL,
          Topics.ADAPTERS,
          Topics.PROBES,
          Topics.ALERTS);

  private static final List<String> WRITTEN =
      List.of(
          Topics.CONTROL,
          Topics.STEPS,
          Topics.ADAPTERS,
          Topics.PROBES,
          Topics.ALERTS,
          Topics.QUARANTINE);

  private TopicUse() {}

  /** The topics of its sources. */
  public static Set<String> read(JobSettings settings) {
    Set<String> read = new TreeSet<>(READ);
    read.addAll(settings.sources().exampleTopics());
    return read;
  }

  /** The topics of its sinks. */
  public static List<String> written() {
    return WRITTEN;
  }

  /** Every topic of the job. */
  public static Set<String> all(JobSettings settings) {
    Set<String> all = read(settings);
    all.addAll(WRITTEN);
    return all;
  }
}
