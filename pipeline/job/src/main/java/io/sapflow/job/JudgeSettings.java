package io.sapflow.job;

import io.sapflow.probe.HttpJudge;
import io.sapflow.probe.Judge;
import io.sapflow.probe.JudgeKey;
import io.sapflow.probe.JudgeLimits;
import io.sapflow.probe.RefusalJudge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.ConfigOption;

/** The judges of a job's reports, as its settings name them. */
public final class JudgeSettings {

  /** Variable of the environment with the key to the moderations' server. */
  public static final String MODERATION_KEY = "SAPFLOW_JUDGE_MODERATION_KEY";

  /** Variable of the environment with the key to the guard model's server. */
  public static final String GUARD_KEY = "SAPFLOW_JUDGE_GUARD_KEY";

  private final JobSettings settings;

  JudgeSettings(JobSettings settings) {
    this.settings = settings;
  }

  /**
   * Looks whether they can be opened.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  void check() {
    open(variable -> null);
  }

  /**
   * Opens them; no server is asked yet.
   *
   * @param environment gives the value of a variable, or null: keys stand in no configuration
   */
  public List<Judge> open(UnaryOperator<String> environment) {
    Set<String> names = new LinkedHashSet<>(settings.get(SapflowOptions.PROBE_JUDGES));
    if (names.isEmpty()) {
      throw refusal("none");
    }
    List<Judge> judges = new ArrayList<>();
    for (String name : names) {
      judges.add(
          switch (name) {
            case RefusalJudge.NAME -> new RefusalJudge();
            case HttpJudge.MODERATION -> moderation(environment);
            case HttpJudge.GUARD -> guard(environment);
            default -> throw refusal(name);
          });
    }
    return judges;
  }

  private static IllegalArgumentException refusal(String found) {
    return new IllegalArgumentException(
        SapflowOptions.PROBE_JUDGES.key()
            + ": found "
            + found
            + ", expected any of refusal, moderation, guard, with ; between them");
  }

  private Judge moderation(UnaryOperator<String> environment) {
    return HttpJudge.moderation(
        OutsideUrl.parse(
            SapflowOptions.MODERATION_URL.key(),
            settings.get(SapflowOptions.MODERATION_URL),
            MODERATION_KEY,
            "http://127.0.0.1:8000/v1/moderations"),
        settings.find(SapflowOptions.MODERATION_MODEL),
        settings.get(SapflowOptions.MODERATION_BATCH),
        JudgeKey.of(MODERATION_KEY, environment.apply(MODERATION_KEY)),
        limits(SapflowOptions.MODERATION_TIMEOUT));
  }

  private Judge guard(UnaryOperator<String> environment) {
    return HttpJudge.guard(
        OutsideUrl.parse(
            SapflowOptions.GUARD_URL.key(),
            settings.get(SapflowOptions.GUARD_URL),
            GUARD_KEY,
            "http://127.0.0.1:8000/v1/chat/completions"),
        settings.get(SapflowOptions.GUARD_MODEL),
        JudgeKey.of(GUARD_KEY, environment.apply(GUARD_KEY)),
        limits(SapflowOptions.GUARD_TIMEOUT));
  }

  private JudgeLimits limits(ConfigOption<Duration> timeout) {
    return new JudgeLimits(
        positive(timeout),
        settings.get(SapflowOptions.JUDGE_RETRIES),
        positive(SapflowOptions.JUDGE_RETRY_DELAY),
        positive(SapflowOptions.JUDGE_BREAKER_DELAY),
        settings.get(SapflowOptions.JUDGE_CONCURRENCY),
        positive(SapflowOptions.JUDGE_REPORT_TIMEOUT));
  }

  private Duration positive(ConfigOption<Duration> option) {
    Duration value = settings.get(option);
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(
          option.key() + ": found " + value.toMillis() + " ms, expected at least 1 ms");
    }
    return value;
  }
}
