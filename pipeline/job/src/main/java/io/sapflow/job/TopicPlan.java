package io.sapflow.job;

import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.schema.Topics;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/** A job's topics as they are to be. */
public final class TopicPlan {

  private TopicPlan() {}

  /**
   * Every topic of a job; all but those of examples have one partition.
   *
   * @param exampleTopics all that hold examples
   * @param examplePartitions of each of these
   */
  public static List<TopicSpec> of(Collection<String> exampleTopics, int examplePartitions) {
    Stream<TopicSpec> own =
        Topics.ALL.stream()
            .map(
                topic -> spec(topic, topic.name().equals(Topics.EXAMPLES) ? examplePartitions : 1));
    Stream<TopicSpec> bound =
        exampleTopics.stream()
            .filter(topic -> !topic.equals(Topics.EXAMPLES))
            .map(topic -> examples(topic, examplePartitions));
    return Stream.concat(own, bound).toList();
  }

  /** A topic as it is to be created. */
  public static TopicSpec spec(Topics.Topic topic, int partitions) {
    TopicSpec spec = measured(shape(topic, partitions));
    return topic.name().equals(Topics.QUARANTINE)
        ? spec.with(
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(KafkaLimits.QUARANTINE_BYTES))
        : spec;
  }

  /** A topic of examples that is bound to sources. */
  public static TopicSpec examples(String name, int partitions) {
    return measured(TopicSpec.stream(name, partitions));
  }

  private static TopicSpec shape(Topics.Topic topic, int partitions) {
    if (topic.onePartition()) {
      return TopicSpec.ordered(topic.name());
    }
    return topic.compacted()
        ? TopicSpec.compacted(topic.name(), partitions)
        : TopicSpec.stream(topic.name(), partitions);
  }

  /**
   * A topic that keeps no compressed batch: its broker then holds to {@code max.message.bytes} what
   * a reader would get, not what came.
   */
  private static TopicSpec measured(TopicSpec spec) {
    return spec.with(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
  }
}
