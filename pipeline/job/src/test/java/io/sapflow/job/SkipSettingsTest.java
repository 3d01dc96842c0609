package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.source.SkippedRecords;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkipSettingsTest {

  private static SkippedRecords skipped(String... more) {
    return new JobSettings(
            ConfigFile.of(
                Map.of(
                    "sapflow.ingest.skip",
                    String.join(";", more),
                    "sapflow.sources.topics",
                    "forum-posts:forum")))
        .skipped();
  }

  @Test
  void places_ofTopicsThatTheJobReads() {
    SkippedRecords skipped = skipped("sapflow.examples.v1:0:17", "forum-posts:2:0");
    assertThat(skipped.contains("sapflow.examples.v1", 0, 17)).isTrue();
    assertThat(skipped.contains("forum-posts", 2, 0)).isTrue();
    assertThat(skipped.contains("forum-posts", 2, 1)).isFalse();
    assertThat(new JobSettings(ConfigFile.of(Map.of())).skipped().places()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "elsewhere:0:1, found the topic elsewhere",
    "forum-posts:0, 'found forum-posts:0, expected TOPIC:PARTITION:OFFSET'",
    "forum-posts:0:-1, 'found forum-posts:0:-1, expected TOPIC:PARTITION:OFFSET'",
    "forum-posts:0:1:2, 'found forum-posts:0:1:2, expected TOPIC:PARTITION:OFFSET'",
  })
  void anythingElse_isRefusedByName(String place, String expected) {
    assertThatThrownBy(() -> skipped(place))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sapflow.ingest.skip: ")
        .hasMessageContaining(expected);
  }
}
