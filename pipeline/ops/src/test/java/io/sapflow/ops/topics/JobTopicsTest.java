package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.schema.Topics;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobTopicsTest {

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
