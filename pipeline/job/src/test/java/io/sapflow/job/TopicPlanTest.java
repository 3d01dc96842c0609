package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicPlanTest {

  @Test
  void of_partitions_areOfTheExamplesAlone() {
    SourcePolicy examples = SourcePolicy.NONE;
    assertThat(TopicPlan.of(examples, 4))
        .hasSize(Topic.values().length)
        .allSatisfy(
            spec ->
                assertThat(spec.partitions())
                    .isEqualTo(spec.name().equals(Topics.EXAMPLES) ? 4 : 1));
    assertThat(TopicPlan.of(examples, 1)).filteredOn(TopicSpec::compacted).hasSize(2);
  }

  @Test
  void of_boundTopic_isMadeAsTheExamplesAre() {
    assertThat(
            TopicPlan.of(
                new SourcePolicy(TopicNames.DEFAULT, Map.of("team.forum", "forum"), Set.of()), 3))
        .hasSize(Topic.values().length + 1)
        .contains(TopicSpec.stream("team.forum", 3).with("compression.type", "uncompressed"));
  }
}
