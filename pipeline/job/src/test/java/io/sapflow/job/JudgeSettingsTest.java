package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.probe.Judge;
import io.sapflow.probe.PromptRotation;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeSettingsTest {

  private static final Map<String, String> ALL =
      Map.of(
          "sapflow.probe.judges", "guard;refusal;moderation;refusal",
          "sapflow.judge.moderation.url", "http://127.0.0.1:9/v1/moderations",
          "sapflow.judge.guard.url", "https://judge.internal/v1/chat/completions",
          "sapflow.judge.guard.model", "guard-3");

  private static JobSettings settings(Map<String, String> values) {
    return new JobSettings(ConfigFile.of(values));
  }

  @Test
  void judges_named_areOpenedOnceEachInTheirOrder() {
    assertThat(settings(ALL).judges().open(variable -> null))
        .extracting(Judge::name)
        .containsExactly("guard", "refusal", "moderation");
  }

  @Test
  void judges_default_isRefusalOfAllPrompts() {
    assertThat(settings(Map.of()).judges().open(variable -> null))
        .extracting(Judge::name)
        .containsExactly("refusal");
    assertThat(settings(Map.of()).promptRotation()).isEqualTo(new PromptRotation(0, 0.5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sapflow.probe.judges | vibes | sapflow.probe.judges: found vibes, expected any of refusal, reference, moderation, guard, with ; between them",
        "sapflow.judge.moderation.url | ftp://a/b | sapflow.judge.moderation.url: found ftp://a, expected a URL such as http://127.0.0.1:8000/v1/moderations",
        "sapflow.judge.moderation.url | a b | sapflow.judge.moderation.url: found a b, expected a URL such as http://127.0.0.1:8000/v1/moderations",
        "sapflow.judge.guard.url | http://me:word@a/b | sapflow.judge.guard.url: found a user's name or password in the URL, expected none: what authorizes stands in the environment, in SAPFLOW_JUDGE_GUARD_KEY",
        "sapflow.judge.guard.url | http://me:word@a_b/c | sapflow.judge.guard.url: found http://a_b, expected a URL such as http://127.0.0.1:8000/v1/chat/completions",
        "sapflow.judge.guard.timeout | 0 s | sapflow.judge.guard.timeout: found 0 ms, expected at least 1 ms",
        "sapflow.judge.moderation.batch | 0 | sapflow.judge.moderation.batch: found 0, expected a whole number of at least 1",
        "sapflow.probe.core-share | 2 | sapflow.probe.core-share: found 2, expected a number from 0 to 1",
        "sapflow.probe.prompts | -1 | sapflow.probe.prompts: found -1, expected a whole number of at least 0",
      })
  void check_impossibleValue_saysWhatIsExpected(String key, String value, String message) {
    Map<String, String> values = new TreeMap<>(ALL);
    values.put(key, value);
    assertThatThrownBy(settings(values)::check).hasMessage(message);
  }

  @Test
  void check_guardWithoutItsModel_saysWhatIsMissing() {
    Map<String, String> values = new TreeMap<>(ALL);
    values.remove("sapflow.judge.guard.model");
    assertThatThrownBy(settings(values)::check)
        .hasMessage(
            "sapflow.judge.guard.model: is missing, expected name of the guard model, whose answers"
                + " begin with safe or unsafe, as its server knows it");
  }

  @Test
  void open_keyThatCannotBeSent_namesTheVariableAlone() {
    assertThatThrownBy(() -> settings(ALL).judges().open(variable -> "two words"))
        .hasMessageStartingWith("SAPFLOW_JUDGE_GUARD_KEY: holds characters")
        .hasMessageNotContaining("two words");
  }
}
