package io.sapflow.job;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;

/** A job's topics as they are to be. */
public final class TopicPlan {

  private TopicPlan() {}

  /**
   * Every topic of a job; all but those of examples have one partition.
   *
   * @param sources names the topics that hold examples
   * @param examplePartitions of each of these
   */
  public static List<TopicSpec> of(SourcePolicy sources, int examplePartitions) {
    TopicNames names = sources.own();
    Stream<TopicSpec> own =
        Arrays.stream(Topic.values())
            .map(
                topic ->
                    spec(topic, names.of(topic), topic == Topic.EXAMPLES ? examplePartitions : 1));
    Stream<TopicSpec> bound =
        sources.exampleTopics().stream()
            .filter(topic -> !names.is(Topic.EXAMPLES, topic))
            .map(topic -> measured(TopicSpec.stream(topic, examplePartitions)));
    return Stream.concat(own, bound).toList();
  }

  private static TopicSpec spec(Topic topic, String name, int partitions) {
    TopicSpec spec = measured(shape(topic, name, partitions));
    return topic == Topic.QUARANTINE
        ? spec.with(
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(KafkaLimits.QUARANTINE_BYTES))
        : spec;
  }

  private static TopicSpec shape(Topic topic, String name, int partitions) {
    if (topic.onePartition()) {
      return TopicSpec.ordered(name);
    }
    return topic.compacted()
        ? TopicSpec.compacted(name, partitions)
        : TopicSpec.stream(name, partitions);
  }

  /**
   * A topic that keeps no compressed batch: its broker then holds to {@code max.message.bytes} what
   * a reader would get, not what came.
   */
  private static TopicSpec measured(TopicSpec spec) {
    return spec.with(TopicConfig.COMPRESSION_TYPE_CONFIG, "uncompressed");
  }
}
