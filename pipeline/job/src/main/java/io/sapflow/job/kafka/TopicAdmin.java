package io.sapflow.job.kafka;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes topics and says what is there. */
public final class TopicAdmin implements AutoCloseable {
  private final Admin admin;

  /** An administrator of the topics on some brokers. */
  public TopicAdmin(KafkaClients clients) {
    admin = Admin.create(clients.admin(Map.of()));
  }

  /** A topic as it is on the broker. */
  public record Topic(String name, int partitions, String cleanupPolicy) {
    /** Whether the newest record of each key stays for ever. */
    public boolean compacted() {
      return cleanupPolicy.equals(TopicConfig.CLEANUP_POLICY_COMPACT);
    }
  }

  /**
   * Makes those topics that are missing and checks the others; run twice, it does nothing the
   * second time.
   *
   * @return the names of those that it has made
   * @throws StackException if an existing topic is not what is needed, or none can be made
   */
  public List<String> create(Collection<TopicSpec> specs) {
    Set<String> there = names();
    // Who may not make topics need not, where all are there.
    List<NewTopic> missing =
        specs.stream()
            .filter(spec -> !there.contains(spec.name()))
            .map(TopicAdmin::newTopic)
            .toList();
    Map<String, KafkaFuture<Void>> made =
        missing.isEmpty() ? Map.of() : admin.createTopics(missing).values();
    List<String> wrong = new ArrayList<>();
    List<String> isMade = new ArrayList<>();
    for (TopicSpec spec : specs) {
      if (there.contains(spec.name()) || !isNew(spec.name(), made.get(spec.name()))) {
        describe(spec.name()).ifPresent(found -> wrong.addAll(faults(spec, found)));
      } else {
        isMade.add(spec.name());
      }
    }
    if (!wrong.isEmpty()) {
      throw new StackException(String.join("; ", wrong));
    }
    return isMade;
  }

  /** Why topics could not be made, one line for each; nothing is made. */
  public List<String> obstacles(Collection<TopicSpec> specs) {
    List<String> obstacles = new ArrayList<>();
    CreateTopicsOptions trial = new CreateTopicsOptions().validateOnly(true);
    admin
        .createTopics(specs.stream().map(TopicAdmin::newTopic).toList(), trial)
        .values()
        .forEach(
            (name, made) -> {
              try {
                isNew(name, made);
              } catch (StackException e) {
                obstacles.add(e.getMessage());
              }
            });
    return obstacles;
  }

  private Set<String> names() {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new StackException("the topics cannot be listed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** What the broker knows of the topic; empty if there is none. */
  public Optional<Topic> describe(String name) {
    try {
      if (!admin.listTopics().names().get().contains(name)) {
        return Optional.empty();
      }
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
      int partitions =
          admin.describeTopics(List.of(name)).allTopicNames().get().get(name).partitions().size();
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
      return Optional.of(new Topic(name, partitions, policy));
    } catch (ExecutionException e) {
      throw new StackException("topic " + name + " cannot be described: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Tells a topic from all others, also from those of its name.
   *
   * @param id empty where there is no such topic, or the brokers give none
   * @param ends behind the last record of each partition
   */
  public record Identity(String id, Map<Integer, Long> ends) {}

  /** Which topic the brokers have under a name. */
  public Identity identity(String name) {
    try {
      if (!admin.listTopics().names().get().contains(name)) {
        return new Identity("", Map.of());
      }
      TopicDescription found = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      found
          .partitions()
          .forEach(
              each -> latest.put(new TopicPartition(name, each.partition()), OffsetSpec.latest()));
      Map<Integer, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
      return new Identity(
          found.topicId().equals(Uuid.ZERO_UUID) ? "" : found.topicId().toString(), ends);
    } catch (ExecutionException e) {
      throw new StackException("topic " + name + " cannot be described: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * The largest batch that a topic takes; empty where there is none or the broker does not tell.
   */
  public OptionalInt mostBytes(String name) {
    return config(name, TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
        .map(value -> OptionalInt.of(Integer.parseInt(value)))
        .orElse(OptionalInt.empty());
  }

  /**
   * Whether the broker keeps no compressed batch of the topic, so that it holds to its own bounds
   * what a reader would get; false where the broker does not tell.
   */
  public boolean isUncompressed(String name) {
    return config(name, TopicConfig.COMPRESSION_TYPE_CONFIG)
        .filter(value -> value.equals("uncompressed"))
        .isPresent();
  }

  private Optional<String> config(String name, String key) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try {
      return Optional.ofNullable(
              admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key))
          .map(ConfigEntry::value);
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** In which ways a topic is not what is needed, one line each. */
  public static List<String> faults(TopicSpec spec, Topic found) {
    List<String> wrong = new ArrayList<>();
    if (spec.exact() && found.partitions() != spec.partitions()) {
      wrong.add(
          "topic %s has %d partitions, it must have %d"
              .formatted(spec.name(), found.partitions(), spec.partitions()));
    }
    if (spec.compacted() != found.compacted()) {
      wrong.add(
          "topic %s has cleanup.policy=%s, it must %s"
              .formatted(
                  spec.name(),
                  found.cleanupPolicy(),
                  spec.compacted() ? "be compact" : "not be compact"));
    }
    return wrong;
  }

  @Override
  public void close() {
    admin.close();
  }

  private static NewTopic newTopic(TopicSpec spec) {
    Map<String, String> config = new HashMap<>(spec.config());
    if (spec.compacted()) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    // Without a replication factor the broker's own default holds.
    return new NewTopic(spec.name(), Optional.of(spec.partitions()), Optional.empty())
        .configs(config);
  }

  private static boolean isNew(String name, KafkaFuture<Void> made) {
    try {
      made.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      if (e.getCause() instanceof AuthorizationException) {
        throw new StackException(
            "topic "
                + name
                + ": found none, and no right to make it, expected it there, or CREATE on topic "
                + name,
            e);
      }
      throw new StackException("topic " + name + " cannot be made: " + e.getCause(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StackException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StackException("interrupted while waiting for Kafka", e);
  }
}
