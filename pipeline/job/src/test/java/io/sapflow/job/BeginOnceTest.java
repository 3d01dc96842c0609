package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class BeginOnceTest {

  private static final String SAVEPOINT = "execution.state-recovery.path";

  /** As a JobManager has it that runs the main class. */
  private static Configuration application(String... keysAndValues) {
    Map<String, String> values = new TreeMap<>(Map.of("execution.target", "embedded"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Configuration.fromMap(values);
  }

  @Test
  void of_freshInApplicationMode_needsAWord() {
    assertThatThrownBy(() -> BeginOnce.of(application(), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sapflow.start.once: is missing, expected a word, such as the date, beside --fresh:"
                + " this JobManager runs the main class again whenever it is restarted, and would"
                + " begin anew each time; with a word it does so once");
    assertThat(BeginOnce.of(application("sapflow.start.once", "2026-11-30"), true))
        .hasValue("2026-11-30");
  }

  @Test
  void of_savepointInApplicationMode_isItsOwnWord() {
    assertThat(BeginOnce.of(application(SAVEPOINT, "file:/s"), false)).hasValue("file:/s");
    assertThat(BeginOnce.of(application(SAVEPOINT, "file:/s", "sapflow.start.once", "a"), false))
        .hasValue("a");
  }

  @Test
  void of_startByAPerson_orThatBeginsNothing_isNone() {
    Configuration person = Configuration.fromMap(Map.of(SAVEPOINT, "file:/s"));
    assertThat(BeginOnce.of(person, false)).isEmpty();
    assertThat(BeginOnce.of(new Configuration(), true)).isEmpty();
    assertThat(BeginOnce.of(application("sapflow.start.once", "a"), false)).isEmpty();
  }

  @Test
  void word_thatIsNone_isRefused() {
    JobSettings settings = new JobSettings(application("sapflow.start.once", "file:/s"));
    assertThatThrownBy(() -> BeginOnce.word(settings))
        .hasMessage(
            "sapflow.start.once: found file:/s, expected at most 100 letters, digits, '.', '_' and"
                + " '-', beginning with a letter or digit");
  }
}
