package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.schema.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSettingsTest {

  @TempDir Path directory;

  private static SourcePolicy sources(Map<String, String> values) {
    return new JobSettings(ConfigFile.of(values)).sources();
  }

  @Test
  void sources_none_provesNothing() {
    assertThat(sources(Map.of())).isEqualTo(SourcePolicy.NONE);
  }

  @Test
  void sources_onTheCommandLine() {
    assertThat(
            sources(
                Map.of(
                    "sapflow.sources.topics", "team.forum:forum,team.wiki:wiki",
                    "sapflow.sources.keys", "shop-1;wiki")))
        .isEqualTo(
            new SourcePolicy(
                TopicNames.DEFAULT,
                Map.of("team.forum", "forum", "team.wiki", "wiki"),
                Set.of("shop-1", "wiki")));
  }

  @Test
  void sources_inAFile_asAMapAndAList() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            sapflow:
              sources:
                topics:
                  team.forum: forum
                  team.wiki: wiki
                keys: [shop-1, wiki]
            """);
    Configuration read = ConfigFile.read(file, Map.of());
    assertThat(new JobSettings(read).sources())
        .isEqualTo(
            new SourcePolicy(
                TopicNames.DEFAULT,
                Map.of("team.forum", "forum", "team.wiki", "wiki"),
                Set.of("shop-1", "wiki")));
  }

  @Test
  void check_impossible_isRefused() {
    JobSettings own =
        new JobSettings(ConfigFile.of(Map.of("sapflow.sources.topics", "sapflow.steps.v1:forum")));
    assertThatThrownBy(own::check)
        .hasMessageStartingWith("sapflow.sources.topics: found sapflow.steps.v1, expected a topic");
    JobSettings noMap = new JobSettings(ConfigFile.of(Map.of("sapflow.sources.topics", "forum")));
    assertThatThrownBy(noMap::check)
        .hasMessageStartingWith(
            "sapflow.sources.topics: found forum, expected topics of examples beside");
  }
}
