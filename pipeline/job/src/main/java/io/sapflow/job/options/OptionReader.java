package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Reads options; a value of another type or out of its range is refused in words. */
public final class OptionReader {

  private OptionReader() {}

  /**
   * The value of an option, its default, or null if it has neither.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public static <T> T read(Configuration configuration, ConfigOption<T> config) {
    Option<?> option = SapflowOptions.of(config);
    T value;
    try {
      value = configuration.get(config);
    } catch (IllegalArgumentException e) {
      // What is written there may be a password, at a place where none may stand.
      throw option.refusal(
          config == KafkaOptions.PROPERTIES
              ? "what cannot be read as properties"
              : configuration.getString(config.key(), ""));
    }
    if (value != null) {
      option.check(value, configuration.getString(config.key(), value.toString()));
    }
    return value;
  }

  /**
   * The same for an option without which there is no job.
   *
   * @throws IllegalArgumentException if it is missing, too
   */
  public static <T> T require(Configuration configuration, ConfigOption<T> config) {
    T value = read(configuration, config);
    if (value == null) {
      throw new IllegalArgumentException(
          config.key() + ": is missing, expected " + SapflowOptions.of(config).expected());
    }
    return value;
  }
}
