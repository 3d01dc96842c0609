package io.sapflow.job.options;

import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** What the job's topics are called: one prefix for all, and a whole name for each. */
public final class TopicOptions {

  static final OptionGroup GROUP = new OptionGroup("Topics");

  public static final ConfigOption<String> PREFIX =
      GROUP
          .text("sapflow.topics.prefix")
          .byDefault(TopicNames.PREFIX)
          .says(
              "What the names of the job's topics begin with, different for jobs that share a"
                  + " broker; a name of its own below counts more.");

  private static final Map<Topic, ConfigOption<String>> NAMES = names();

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private TopicOptions() {}

  private static Map<Topic, ConfigOption<String>> names() {
    Map<Topic, ConfigOption<String>> names = new EnumMap<>(Topic.class);
    for (Topic topic : Topic.values()) {
      names.put(
          topic,
          GROUP
              .text("sapflow.topics." + topic.word())
              .says(
                  "Whole name of the "
                      + topic.word()
                      + " topic; by default the prefix and "
                      + TopicNames.prefixed("", topic)
                      + "."));
    }
    return names;
  }

  /** The option with a topic's whole name. */
  public static ConfigOption<String> of(Topic topic) {
    return NAMES.get(topic);
  }

  /**
   * What a configuration calls the topics.
   *
   * @throws IllegalArgumentException naming the option of a name that no topic can have, or that
   *     another topic of the job has
   */
  public static TopicNames read(Configuration configuration) {
    Map<Topic, String> names = new EnumMap<>(Topic.class);
    Map<String, Topic> byName = new HashMap<>();
    String prefix = OptionReader.require(configuration, PREFIX);
    for (Topic topic : Topic.values()) {
      String own = OptionReader.read(configuration, of(topic));
      String name = own == null ? TopicNames.prefixed(prefix, topic) : own;
      String key = own == null ? PREFIX.key() : of(topic).key();
      check(key, own == null ? prefix : own, name);
      // Brokers take names that differ in these two alone for one, because metrics do.
      Topic other = byName.put(name.replace('.', '_'), topic);
      if (other != null) {
        throw new IllegalArgumentException(
            (own == null ? of(other).key() : key)
                + ": found "
                + (own == null ? names.get(other) : name)
                + ", which is the "
                + (own == null ? topic : other).word()
                + " topic as well, expected a topic of its own");
      }
      names.put(topic, name);
    }
    return new TopicNames(names);
  }

  private static void check(String key, String found, String name) {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          key
              + ": found "
              + found
              + ", expected at most 249 letters, digits, '.', '_' and '-', as Kafka calls topics");
    }
  }
}
