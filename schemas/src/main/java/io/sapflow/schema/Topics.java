package io.sapflow.schema;

import java.util.List;
import java.util.Set;

/** The topics of a job. */
public final class Topics {

  /** A topic. */
  public record Topic(String name, boolean compacted, boolean onePartition) {}

  public static final String EXAMPLES = "sapflow.examples.v1";
  public static final String SAFETY_PAIRS = "sapflow.safety-pairs.v1";
  public static final String PROBE_PROMPTS = "sapflow.probe-prompts.v1";
  public static final String CONTROL = "sapflow.control.v1";
  public static final String STEPS = "sapflow.steps.v1";
  public static final String ADAPTERS = "sapflow.adapters.v1";
  public static final String PROBES = "sapflow.probes.v1";
  public static final String ALERTS = "sapflow.alerts.v1";
  public static final String QUARANTINE = "sapflow.quarantine.v1";

  /** Every topic. Control has one partition, so that commands have one order. */
  public static final List<Topic> ALL =
      List.of(
          new Topic(EXAMPLES, false, false),
          new Topic(SAFETY_PAIRS, true, false),
          new Topic(PROBE_PROMPTS, true, false),
          new Topic(CONTROL, false, true),
          new Topic(STEPS, false, false),
          new Topic(ADAPTERS, false, false),
          new Topic(PROBES, false, false),
          new Topic(ALERTS, false, false),
          new Topic(QUARANTINE, false, false));

  private static final Set<String> STEERING =
      Set.of(CONTROL, SAFETY_PAIRS, PROBE_PROMPTS, ADAPTERS, PROBES);

  private Topics() {}

  /** Whether what is trained, judged or served follows records of a topic, as they are signed. */
  public static boolean steers(String topic) {
    return STEERING.contains(topic);
  }

  /**
   * Whether records of a topic are examples: the examples topic's are, and those of every topic
   * that is not the job's own, of which it reads only such as are bound to a source.
   */
  public static boolean holdsExamples(String topic) {
    return topic.equals(EXAMPLES) || ALL.stream().noneMatch(own -> own.name().equals(topic));
  }
}
