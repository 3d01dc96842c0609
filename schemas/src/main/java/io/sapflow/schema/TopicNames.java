package io.sapflow.schema;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the topics of one job are called.
 *
 * @param names the name of each topic
 */
public record TopicNames(Map<Topic, String> names) implements Serializable {

  /** What names begin with where nothing else is said. */
  public static final String PREFIX = "sapflow.";

  /** The names where nothing else is said. */
  public static final TopicNames DEFAULT = naming(Topic::byDefault);

  /** Checks that every topic has a name. */
  public TopicNames {
    for (Topic topic : Topic.values()) {
      if (!names.containsKey(topic)) {
        throw new IllegalArgumentException("topic " + topic.word() + ": found no name");
      }
    }
    names = Map.copyOf(names);
  }

  /** The names that something gives to each topic. */
  public static TopicNames naming(Function<Topic, String> name) {
    return new TopicNames(
        Arrays.stream(Topic.values()).collect(Collectors.toMap(topic -> topic, name)));
  }

  /** A topic's name with another prefix, such as {@code team-a.examples.v1}. */
  public static String prefixed(String prefix, Topic topic) {
    return prefix + topic.byDefault().substring(PREFIX.length());
  }

  /** A topic's name on the brokers. */
  public String of(Topic topic) {
    return names.get(topic);
  }

  /** The names of some topics, in their order. */
  public List<String> of(List<Topic> topics) {
    return topics.stream().map(this::of).toList();
  }

  /** Which topic has a name; empty for one that is not the job's own. */
  public Optional<Topic> topic(String name) {
    return Arrays.stream(Topic.values()).filter(topic -> is(topic, name)).findFirst();
  }

  /** Whether a topic has this name. */
  public boolean is(Topic topic, String name) {
    return of(topic).equals(name);
  }

  /** Whether what is trained, judged or served follows records of a topic, as they are signed. */
  public boolean steers(String name) {
    return topic(name).filter(Topic::steers).isPresent();
  }

  /**
   * Whether records of a topic are examples: the examples topic's are, and those of every topic
   * that is not the job's own, of which it reads only such as are bound to a source.
   */
  public boolean holdsExamples(String name) {
    return topic(name).orElse(Topic.EXAMPLES) == Topic.EXAMPLES;
  }

  /** Every name. */
  public Collection<String> all() {
    return names.values();
  }
}
