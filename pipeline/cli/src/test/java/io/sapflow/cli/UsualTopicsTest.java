package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the lab would read none of what a job of theirs writes to topics of other names. */
class UsualTopicsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo --headless",
        "chaos --kills=1",
        "chaos --records=1",
        "soak --adapters=1",
        "bench pipeline",
        "bench fairness",
        "bench latency",
        "bench checkpoint"
      })
  void otherNames_areRefusedBeforeAnythingIsStarted(String command) {
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.add("-Dsapflow.topics.prefix=team-a.");
    Said said = Said.of(words.toArray(String[]::new));
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err())
        .startsWith(
            "sapflow: -Dsapflow.topics.prefix: found team-a., expected none: this command has a"
                + " broker of its own, and its topics have the usual names there (see sapflow ")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dsapflow.topics.prefix=team-a.", "-Dsapflow.topics.steps=other"})
  void drill_takesNoOptionsOfTheJobAtAll(String option) {
    Said said = Said.of("drill", "--short", option);
    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).startsWith("sapflow: Unknown option: '" + option + "'").hasLineCount(1);
  }
}
