package io.sapflow.job;

import io.sapflow.schema.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which topics the job reads and writes. */
public final class TopicUse {

  /** What every job reads; the topics that are bound to sources come beside them. */
  private static final List<Topic> READ =
      Arrays.stream(Topic.values()).filter(Topic::isRead).toList();

  private static final List<Topic> WRITTEN =
      Arrays.stream(Topic.values()).filter(Topic::isWritten).toList();

  private TopicUse() {}

  /** The topics of its sources. */
  public static Set<String> read(JobSettings settings) {
    Set<String> read = new TreeSet<>(settings.topics().of(READ));
    read.addAll(settings.sources().exampleTopics());
    return read;
  }

  /** The topics of its sinks. */
  public static List<String> written(JobSettings settings) {
    return settings.topics().of(WRITTEN);
  }

  /** Every topic of the job. */
  public static Set<String> all(JobSettings settings) {
    Set<String> all = read(settings);
    all.addAll(written(settings));
    return all;
  }
}
