package io.sapflow.job.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicOptionsTest {

  private static TopicNames names(Map<String, String> values) {
    return TopicOptions.read(ConfigFile.of(values));
  }

  private static void assertRefused(Map<String, String> values, String message) {
    assertThatThrownBy(() -> names(values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void read_nothing_isTheUsualNames() {
    assertThat(names(Map.of())).isEqualTo(TopicNames.DEFAULT);
    assertThat(TopicNames.DEFAULT.of(Topic.SAFETY_PAIRS)).isEqualTo("sapflow.safety-pairs.v1");
  }

  @Test
  void read_prefixAndOneName_theNameCountsMore() {
    TopicNames names =
        names(Map.of("sapflow.topics.prefix", "team-a.", "sapflow.topics.examples", "chats"));
    assertThat(names.of(Topic.EXAMPLES)).isEqualTo("chats");
    assertThat(names.of(Topic.STEPS)).isEqualTo("team-a.steps.v1");
    assertThat(names.topic("team-a.control.v1")).contains(Topic.CONTROL);
    assertThat(names.steers("team-a.control.v1")).isTrue();
    assertThat(names.topic("sapflow.control.v1")).isEmpty();
  }

  @Test
  void read_twoThatAreOne_isRefusedByKey() {
    assertRefused(
        Map.of("sapflow.topics.steps", "sapflow.control.v1"),
        "sapflow.topics.steps: found sapflow.control.v1, which is the control topic as well,"
            + " expected a topic of its own");
    assertRefused(
        Map.of("sapflow.topics.examples", "sapflow_steps.v1"),
        "sapflow.topics.examples: found sapflow_steps.v1, which is the steps topic as well,"
            + " expected a topic of its own");
  }

  @Test
  void read_whatNoTopicIsCalled_isRefusedByKey() {
    String expected =
        ", expected at most 249 letters, digits, '.', '_' and '-', as Kafka calls topics";
    assertRefused(
        Map.of("sapflow.topics.prefix", "team a/"),
        "sapflow.topics.prefix: found team a/" + expected);
    assertRefused(
        Map.of("sapflow.topics.alerts", ".."), "sapflow.topics.alerts: found .." + expected);
  }
}
