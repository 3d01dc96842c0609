package io.sapflow.ops.topics;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.TopicPlan;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.job.kafka.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A job's topics: as they are to be, and as they are. */
public final class JobTopics {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int POLLS = 100;

  private final TopicAdmin admin;
  private final SourcePolicy sources;
  private final Consumer<String> lines;

  /**
   * The topics on a broker.
   *
   * @param sources names the topics that hold examples
   * @param lines is told one line for each topic
   */
  public JobTopics(TopicAdmin admin, SourcePolicy sources, Consumer<String> lines) {
    this.admin = admin;
    this.sources = sources;
    this.lines = lines;
  }

  /**
   * Makes the topics that are missing; those that exist stay as they are.
   *
   * @throws io.sapflow.job.kafka.StackException if one exists that is not what is needed
   */
  public void create(int examplePartitions) {
    List<TopicSpec> specs = TopicPlan.of(sources, examplePartitions);
    List<String> before = new ArrayList<>();
    specs.forEach(spec -> admin.describe(spec.name()).ifPresent(found -> before.add(found.name())));
    admin.create(specs);
    for (TopicSpec spec : specs) {
      String how = before.contains(spec.name()) ? "was there" : "made";
      lines.accept(line(spec.name(), known(spec.name()), how));
    }
  }

  /** A broker tells of a topic only some time after it was made. */
  private Optional<TopicAdmin.Topic> known(String name) {
    Optional<TopicAdmin.Topic> found = admin.describe(name);
    for (int i = 0; i < POLLS && found.isEmpty(); i++) {
      Waiting.pause(POLL);
      found = admin.describe(name);
    }
    return found;
  }

  /** Tells what is there; true if all of it is as the job needs it. */
  public boolean describe() {
    boolean right = true;
    for (TopicSpec spec : TopicPlan.of(sources, 1)) {
      Optional<TopicAdmin.Topic> found = admin.describe(spec.name());
      List<String> faults = found.map(topic -> TopicAdmin.faults(spec, topic)).orElse(List.of());
      lines.accept(line(spec.name(), found, faults.isEmpty() ? "" : String.join("; ", faults)));
      right &= found.isPresent() && faults.isEmpty();
    }
    return right;
  }

  /** One topic in a line. */
  static String line(String name, Optional<TopicAdmin.Topic> found, String note) {
    String what =
        found
            .map(
                topic ->
                    String.format(
                        "%3d %-10s  cleanup.policy=%-8s",
                        topic.partitions(),
                        topic.partitions() == 1 ? "partition" : "partitions",
                        topic.cleanupPolicy()))
            .orElse("missing; sapflow topics create makes it");
    return String.format("%-26s %s %s", name, what, note).stripTrailing();
  }
}
