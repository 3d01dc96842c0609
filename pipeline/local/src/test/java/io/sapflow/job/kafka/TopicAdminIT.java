package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.local.stack.KafkaBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class TopicAdminIT {
  @TempDir static Path dir;
  private static KafkaBroker broker;
  private static TopicAdmin topics;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.start(dir);
    topics = new TopicAdmin(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    topics.close();
    broker.close();
  }

  @Test
  void create_twice_makesEachTopicOnce() {
    List<TopicSpec> specs =
        List.of(TopicSpec.stream("s", 3), TopicSpec.ordered("o"), TopicSpec.compacted("c", 2));
    topics.create(specs);
    topics.create(specs);
    assertThat(topics.describe("s")).contains(new TopicAdmin.Topic("s", 3, "delete"));
    assertThat(topics.describe("o")).contains(new TopicAdmin.Topic("o", 1, "delete"));
    assertThat(topics.describe("c")).contains(new TopicAdmin.Topic("c", 2, "compact"));
    assertThat(topics.describe("missing")).isEmpty();
  }

  @Test
  void create_existingTopicOfAnotherKind_isRefused() {
    topics.create(List.of(TopicSpec.stream("x", 2), TopicSpec.compacted("y", 1)));
    List<TopicSpec> other = List.of(TopicSpec.ordered("x"), TopicSpec.stream("y", 1));
    assertThatThrownBy(() -> topics.create(other))
        .isInstanceOf(StackException.class)
        .hasMessage(
            "topic x has 2 partitions, it must have 1;"
                + " topic y has cleanup.policy=compact, it must not be compact");
  }

  @Test
  void create_streamWithMorePartitions_isAccepted() {
    topics.create(List.of(TopicSpec.stream("wide", 4)));
    topics.create(List.of(TopicSpec.stream("wide", 2)));
    assertThat(topics.describe("wide").orElseThrow().partitions()).isEqualTo(4);
  }

  @Test
  void create_invalidName_namesTheTopic() {
    assertThatThrownBy(() -> topics.create(List.of(TopicSpec.stream("a b", 1))))
        .isInstanceOf(StackException.class)
        .hasMessageStartingWith("topic a b cannot be made: ");
  }
}
