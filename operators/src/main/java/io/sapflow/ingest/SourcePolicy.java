package io.sapflow.ingest;

import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What proves a source: a topic on which nobody else may write, or a key that nobody else has. The
 * keys themselves are in the environment of the tasks.
 *
 * @param own the job's own topics
 * @param topics topic to the source of every example on it
 * @param keys sources that sign their examples
 */
public record SourcePolicy(TopicNames own, Map<String, String> topics, Set<String> keys)
    implements Serializable {

  /** Nothing is proven. */
  public static final SourcePolicy NONE = new SourcePolicy(TopicNames.DEFAULT, Map.of(), Set.of());

  private static final String VARIABLE = "SAPFLOW_SOURCE_KEY_";
  private static final String TOPICS = "sapflow.sources.topics";
  private static final String KEYS = "sapflow.sources.keys";
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern KEYED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** Checks the parts. */
  public SourcePolicy {
    topics.forEach((topic, source) -> checkTopic(own, topic, source));
    Map<String, String> variables = new TreeMap<>();
    for (String source : new TreeSet<>(keys)) {
      if (!KEYED.matcher(source).matches()) {
        throw new IllegalArgumentException(
            KEYS
                + ": found "
                + source
                + ", expected names of at most 128 letters, digits, '.', '_' and '-', because they"
                + " name variables of the environment");
      }
      String other = variables.put(variable(source), source);
      if (other != null) {
        throw new IllegalArgumentException(
            KEYS
                + ": found "
                + other
                + " and "
                + source
                + ", whose keys would both be in "
                + variable(source)
                + ", expected names that differ in letters or digits");
      }
    }
    topics = Map.copyOf(topics);
    keys = Set.copyOf(keys);
  }

  private static void checkTopic(TopicNames own, String topic, String source) {
    if (!TOPIC.matcher(topic).matches() || !own.holdsExamples(topic)) {
      throw new IllegalArgumentException(
          TOPICS
              + ": found "
              + topic
              + ", expected a topic of a source's own, which the job does not use for anything"
              + " else");
    }
    if (source.isBlank() || source.length() > IngestLimits.DEFAULT.idChars()) {
      throw new IllegalArgumentException(
          TOPICS
              + ": found "
              + (source.isBlank() ? "no source" : "a source of " + source.length() + " characters")
              + " for "
              + topic
              + ", expected a name of at most "
              + IngestLimits.DEFAULT.idChars()
              + " characters");
    }
  }

  /** The variable of the environment that holds a source's key. */
  public static String variable(String source) {
    return VARIABLE + source.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
  }

  /** Whether anything is bound: then what is not proven is not trained. */
  public boolean binds() {
    return !topics.isEmpty() || !keys.isEmpty();
  }

  /** The topics that are bound to a source, in the order of their names; several may be. */
  public SortedSet<String> topicsOf(String source) {
    TreeSet<String> bound = new TreeSet<>();
    topics.forEach(
        (topic, owner) -> {
          if (owner.equals(source)) {
            bound.add(topic);
          }
        });
    return bound;
  }

  /** Every topic that holds examples: the common one and those that are bound, by their names. */
  public SortedSet<String> exampleTopics() {
    TreeSet<String> all = new TreeSet<>(topics.keySet());
    all.add(own.of(Topic.EXAMPLES));
    return all;
  }

  /**
   * Checks that the environment has every key.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  public void requireKeys(Map<String, String> environment) {
    new TreeSet<>(keys).forEach(source -> key(environment, source));
  }

  /**
   * A source's key.
   *
   * @throws IllegalArgumentException naming the variable that is missing
   */
  Hmac key(Map<String, String> environment, String source) {
    Optional<Hmac> key = Hmac.of(environment, variable(source));
    return key.orElseThrow(
        () ->
            new IllegalArgumentException(
                variable(source)
                    + ": is missing in the environment, expected the key of source "
                    + source
                    + ", which "
                    + KEYS
                    + " names"));
  }
}
