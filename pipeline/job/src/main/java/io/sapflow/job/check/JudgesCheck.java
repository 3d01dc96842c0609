package io.sapflow.job.check;

import io.sapflow.job.JobSettings;
import io.sapflow.job.options.JudgeOptions;
import io.sapflow.probe.Judge;
import io.sapflow.probe.JudgeTrial;
import io.sapflow.schema.ProbePrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Whether each judge's server answers, and knows reference answers for what they are. */
record JudgesCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "judges' servers that answer and know reference answers for what they are"
          + " (sapflow.probe.judges)";

  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration JUDGE = Duration.ofSeconds(15);

  @Override
  public String name() {
    return "judges";
  }

  @Override
  public Finding look() {
    List<Judge> judges =
        hasty().judges().open(System::getenv).stream().filter(Judge::checked).toList();
    if (judges.isEmpty()) {
      return Finding.unused(EXPECTED);
    }
    List<ProbePrompt> prompts =
        subject.hasBrokers() ? subject.records().prompts() : List.<ProbePrompt>of();
    List<String> wrong = new ArrayList<>();
    List<String> right = new ArrayList<>();
    for (Judge judge : judges) {
      JudgeTrial trial = JudgeTrial.of(judge, prompts);
      if (trial.fault() != null) {
        wrong.add(trial.fault());
      } else {
        right.add(
            judge.name()
                + " answers"
                + (trial.checks() == 0
                    ? ", there are no reference answers"
                    : ", "
                        + trial.failed()
                        + " of "
                        + trial.checks()
                        + " reference answers judged wrongly"));
      }
    }
    return wrong.isEmpty()
        ? Finding.ok(String.join("; ", right), EXPECTED)
        : Finding.warning(String.join("; ", wrong), EXPECTED);
  }

  /** The same settings with less patience. */
  private JobSettings hasty() {
    Configuration hasty = new Configuration(subject.configuration());
    hasty.set(JudgeOptions.RETRIES, 0);
    hasty.set(JudgeOptions.REPORT_TIMEOUT, JUDGE);
    atMost(hasty, JudgeOptions.MODERATION_TIMEOUT);
    atMost(hasty, JudgeOptions.GUARD_TIMEOUT);
    return new JobSettings(hasty);
  }

  private void atMost(Configuration hasty, ConfigOption<Duration> timeout) {
    Duration given = subject.settings().get(timeout);
    hasty.set(timeout, given.compareTo(CALL) < 0 ? given : CALL);
  }
}
