package io.sapflow.job;

import io.sapflow.job.options.JudgeOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.SapflowOptions;
import io.sapflow.job.options.Variables;
import io.sapflow.probe.HttpJudge;
import io.sapflow.probe.Judge;
import io.sapflow.probe.JudgeKey;
import io.sapflow.probe.JudgeLimits;
import io.sapflow.probe.ReferenceJudge;
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
    Set<String> names = new LinkedHashSet<>(settings.get(ProbeOptions.JUDGES));
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          ProbeOptions.JUDGES.key()
              + ": found none, expected "
              + SapflowOptions.of(ProbeOptions.JUDGES).expected());
    }
    List<Judge> judges = new ArrayList<>();
    for (String name : names) {
      judges.add(
          switch (name) {
            case RefusalJudge.NAME -> new RefusalJudge();
            case ReferenceJudge.NAME -> new ReferenceJudge();
            case HttpJudge.MODERATION -> moderation(environment);
            case HttpJudge.GUARD -> guard(environment);
            default -> throw new AssertionError(name + " is declared, but opened by nobody");
          });
    }
    return judges;
  }

  private Judge moderation(UnaryOperator<String> environment) {
    return HttpJudge.moderation(
        OutsideUrl.parse(
            JudgeOptions.MODERATION_URL.key(),
            settings.get(JudgeOptions.MODERATION_URL),
            Variables.MODERATION_KEY,
            "http://127.0.0.1:8000/v1/moderations"),
        settings.find(JudgeOptions.MODERATION_MODEL),
        settings.get(JudgeOptions.MODERATION_BATCH),
        JudgeKey.of(Variables.MODERATION_KEY, environment.apply(Variables.MODERATION_KEY)),
        limits(JudgeOptions.MODERATION_TIMEOUT));
  }

  private Judge guard(UnaryOperator<String> environment) {
    return HttpJudge.guard(
        OutsideUrl.parse(
            JudgeOptions.GUARD_URL.key(),
            settings.get(JudgeOptions.GUARD_URL),
            Variables.GUARD_KEY,
            "http://127.0.0.1:8000/v1/chat/completions"),
        settings.get(JudgeOptions.GUARD_MODEL),
        JudgeKey.of(Variables.GUARD_KEY, environment.apply(Variables.GUARD_KEY)),
        limits(JudgeOptions.GUARD_TIMEOUT));
  }

  private JudgeLimits limits(ConfigOption<Duration> timeout) {
    return new JudgeLimits(
        settings.get(timeout),
        settings.get(JudgeOptions.RETRIES),
        settings.get(JudgeOptions.RETRY_DELAY),
        settings.get(JudgeOptions.BREAKER_DELAY),
        settings.get(JudgeOptions.CONCURRENCY),
        settings.get(JudgeOptions.REPORT_TIMEOUT));
  }
}
