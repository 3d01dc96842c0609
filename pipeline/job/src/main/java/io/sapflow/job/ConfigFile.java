package io.sapflow.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.sapflow.job.kafka.ClientProperties;
import io.sapflow.job.kafka.EditDistance;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.options.Option;
import io.sapflow.job.options.SapflowOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** A job's YAML file with overrides on top; keys that no option has are refused. */
public final class ConfigFile {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String PREFIX = "sapflow.";

  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param overrides key and value, as of {@code -Dkey=value}
   */
  public static Configuration read(Path file, Map<String, String> overrides) {
    Map<String, String> values = new TreeMap<>();
    try {
      flatten("", YAML.readTree(file.toFile()), values);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": cannot be read as YAML: " + firstLine(e.getMessage()));
    }
    values.putAll(overrides);
    return of(values);
  }

  /** A configuration of these values, and of the preset that they name. */
  public static Configuration of(Map<String, String> given) {
    Map<String, String> values = Presets.under(given);
    Map<String, Option<?>> known = SapflowOptions.all();
    for (String key : values.keySet()) {
      refuseClientProperty(key);
      if (key.startsWith(PREFIX) && !known.containsKey(key) && !isEntry(key)) {
        throw new IllegalArgumentException(
            key + ": is no option; the nearest is " + nearest(key, known.keySet()));
      }
    }
    return Configuration.fromMap(values);
  }

  /** Whether a key is an option's with an entry's behind it, as YAML's nested maps give them. */
  private static boolean isEntry(String key) {
    return key.startsWith(IngestOptions.SOURCES_TOPICS.key() + ".")
        || key.startsWith(AlertOptions.LABELS.key() + ".")
        || key.startsWith(KafkaOptions.PROPERTIES.key() + ".");
  }

  /** What is meant for Kafka's clients would go to Flink, which passes over it. */
  private static void refuseClientProperty(String key) {
    String property = key.replaceFirst("^(sapflow\\.)?(kafka\\.)?(properties\\.)?", "");
    boolean meant = ClientProperties.isKnown(property) && property.contains(".");
    if (meant && !key.startsWith(KafkaOptions.PROPERTIES.key() + ".")) {
      throw new IllegalArgumentException(
          key
              + ": is a property of Kafka's clients; "
              + (property.equals("bootstrap.servers")
                  ? KafkaOptions.BOOTSTRAP_SERVERS.key()
                  : KafkaOptions.PROPERTIES.key() + "." + property)
              + " would be right");
    }
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
    if (node.isObject()) {
      node.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(),
                      field.getValue(),
                      into));
    } else if (node.isArray()) {
      StringJoiner items = new StringJoiner(";");
      node.forEach(item -> items.add(item.asText()));
      into.put(prefix, items.toString());
    } else if (!prefix.isEmpty()) {
      into.put(prefix, node.asText());
    }
  }

  private static String nearest(String key, Iterable<String> candidates) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = EditDistance.of(key, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static String firstLine(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
