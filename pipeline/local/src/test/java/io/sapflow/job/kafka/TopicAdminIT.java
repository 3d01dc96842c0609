package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.writer.NotTheWriterException;
import io.sapflow.job.writer.Writer;
import io.sapflow.job.writer.WriterLease;
import io.sapflow.job.writer.WriterLeases;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
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
    topics = new TopicAdmin(KafkaClients.at(broker.bootstrapServers()));
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

  @Test
  void identity_ofATopicMadeAnew_isAnotherOne() throws Exception {
    assertThat(topics.identity("again")).isEqualTo(new TopicAdmin.Identity("", Map.of()));
    topics.create(List.of(TopicSpec.stream("again", 2)));
    TopicAdmin.Identity first = identity("again");
    assertThat(first.id()).isNotEmpty();
    assertThat(first.ends()).isEqualTo(Map.of(0, 0L, 1, 0L));
    assertThat(topics.identity("again")).isEqualTo(first);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.deleteTopics(List.of("again")).all().get();
    }
    while (topics.describe("again").isPresent()) {
      Waiting.pause(Duration.ofMillis(50));
    }
    topics.create(List.of(TopicSpec.stream("again", 2)));
    assertThat(identity("again").id()).isNotEqualTo(first.id());
  }

  /** As soon as the broker that is asked has heard of it. */
  private static TopicAdmin.Identity identity(String name) {
    while (topics.identity(name).id().isEmpty()) {
      Waiting.pause(Duration.ofMillis(50));
    }
    return topics.identity(name);
  }

  /** A broker may answer a commit before it shows what was committed. */
  private static void checkForAWhile(WriterLease lease) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < end) {
      lease.check();
      Waiting.pause(Duration.ofMillis(20));
    }
  }

  @Test
  void topicRegister_entersOneOfTwo_andTheOtherIsFenced() throws Exception {
    topics.create(List.of(TopicSpec.stream(Topics.STEPS, 1)));
    identity(Topics.STEPS);
    String servers = broker.bootstrapServers();
    Writer one = new Writer("helper", "line-1", "one");
    Writer two = new Writer("other", "line-2", "two");
    try (WriterLease first =
            WriterLeases.topics(KafkaClients.at(servers), TopicNames.DEFAULT, "key", one);
        WriterLease second =
            WriterLeases.topics(KafkaClients.at(servers), TopicNames.DEFAULT, "key", two);
        WriterLease third =
            WriterLeases.topics(KafkaClients.at(servers), TopicNames.DEFAULT, "key", one)) {
      first.take(first.awaitFree(), WriterLease.Leftovers.NONE);
      String unheard = second.awaitFree();
      second.take(unheard, WriterLease.Leftovers.NONE);
      assertThatThrownBy(() -> checkForAWhile(first))
          .isInstanceOf(NotTheWriterException.class)
          .hasMessageStartingWith(
              "topic " + Topics.STEPS + " at " + servers + ": found a newer writer, job other");
      assertThatThrownBy(() -> third.take("", WriterLease.Leftovers.NONE))
          .isInstanceOf(NotTheWriterException.class);
      second.check();
    }
  }
}
