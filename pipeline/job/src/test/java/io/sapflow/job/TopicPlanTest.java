package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.schema.Topics;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicPlanTest {

  @Test
  void of_partitions_areOfTheExamplesAlone() {
    List<String> examples = List.of(Topics.EXAMPLES);
    assertThat(TopicPlan.of(examples, 4))
        .hasSize(Topics.ALL.size())
        .allSatisfy(
            spec ->
                assertThat(spec.partitions())
                    .isEqualTo(spec.name().equals(Topics.EXAMPLES) ? 4 : 1));
    assertThat(TopicPlan.of(examples, 1)).filteredOn(TopicSpec::compacted).hasSize(2);
  }

  @Test
  void of_boundTopic_isMadeAsTheExamplesAre() {
    assertThat(TopicPlan.of(List.of(Topics.EXAMPLES, "team.forum"), 3))
        .hasSize(Topics.ALL.size() + 1)
        .contains(TopicSpec.stream("team.forum", 3).with("compression.type", "uncompressed"));
  }
}
