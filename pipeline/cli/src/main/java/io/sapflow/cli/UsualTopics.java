package io.sapflow.cli;

import java.util.Map;

/** Commands with a broker of their own, whose feeds and readers know topics by the usual names. */
final class UsualTopics {

  private static final String NAMES = "sapflow.topics.";

  private UsualTopics() {}

  /**
   * Refuses other names.
   *
   * @param overrides options of the job, as they were given by {@code -D}
   */
  static void require(Map<String, String> overrides) {
    overrides.forEach(
        (key, value) -> {
          if (key.startsWith(NAMES)) {
            throw new UsageException(
                "-D"
                    + key
                    + ": found "
                    + value
                    + ", expected none: this command has a broker of its own, and its topics have"
                    + " the usual names there");
          }
        });
  }
}
