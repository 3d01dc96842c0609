package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobTopicsTest {

  @Test
  void specs_partitions_areOfTheExamplesAlone() {
    SourcePolicy examples = SourcePolicy.NONE;
    assertThat(JobTopics.specs(examples, 4))
        .hasSize(Topic.values().length)
        .allSatisfy(
            spec ->
                assertThat(spec.partitions())
                    .isEqualTo(spec.name().equals(Topics.EXAMPLES) ? 4 : 1));
    assertThat(JobTopics.specs(examples, 1)).filteredOn(TopicSpec::compacted).hasSize(2);
  }

  @Test
  void specs_boundTopic_isMadeAsTheExamplesAre() {
    assertThat(
            JobTopics.specs(
                new SourcePolicy(TopicNames.DEFAULT, Map.of("team.forum", "forum"), Set.of()), 3))
        .hasSize(Topic.values().length + 1)
        .contains(TopicSpec.stream("team.forum", 3));
  }

  @Test
  void line_foundAndMissing() {
    assertThat(
            JobTopics.line(
                Topics.EXAMPLES,
                Optional.of(new TopicAdmin.Topic(Topics.EXAMPLES, 4, "delete")),
                "made"))
        .isEqualTo("sapflow.examples.v1          4 partitions  cleanup.policy=delete   made");
    assertThat(JobTopics.line(Topics.STEPS, Optional.empty(), ""))
        .isEqualTo("sapflow.steps.v1           missing; sapflow topics create makes it");
  }
}
