package io.sapflow.job.options;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/** The judges' servers. */
public final class JudgeOptions {

  static final OptionGroup GROUP = new OptionGroup("Judges");

  public static final ConfigOption<String> MODERATION_URL =
      GROUP
          .text("sapflow.judge.moderation.url")
          .says(
              "Address that answers are posted to in OpenAI's form of moderations, such as http://127.0.0.1:8000/v1/moderations; a key is taken from SAPFLOW_JUDGE_MODERATION_KEY in the environment.");

  public static final ConfigOption<String> MODERATION_MODEL =
      GROUP
          .text("sapflow.judge.moderation.model")
          .says("Model that moderates; by default the server's own choice.");

  public static final ConfigOption<Duration> MODERATION_TIMEOUT =
      GROUP
          .duration("sapflow.judge.moderation.timeout")
          .atLeast(Duration.ofMillis(1))
          .byDefault(Duration.ofSeconds(30))
          .says("The longest that one call waits for its answer.");

  public static final ConfigOption<Integer> MODERATION_BATCH =
      GROUP
          .whole("sapflow.judge.moderation.batch")
          .atLeast(1)
          .in("answers")
          .byDefault(16)
          .says("The most answers of one call.");

  public static final ConfigOption<String> GUARD_URL =
      GROUP
          .text("sapflow.judge.guard.url")
          .says(
              "Address that prompts and answers are posted to in OpenAI's form of chat completions, such as http://127.0.0.1:8000/v1/chat/completions; a key is taken from SAPFLOW_JUDGE_GUARD_KEY in the environment.");

  public static final ConfigOption<String> GUARD_MODEL =
      GROUP
          .text("sapflow.judge.guard.model")
          .says(
              "Name of the guard model, whose answers begin with safe or unsafe, as its server knows it.");

  public static final ConfigOption<Duration> GUARD_TIMEOUT =
      GROUP
          .duration("sapflow.judge.guard.timeout")
          .atLeast(Duration.ofMillis(1))
          .byDefault(Duration.ofSeconds(30))
          .says("The longest that one call waits for its answer.");

  public static final ConfigOption<Integer> CONCURRENCY =
      GROUP
          .whole("sapflow.judge.concurrency")
          .atLeast(1)
          .in("calls")
          .byDefault(4)
          .says("Calls to a judge's server at the same time.");

  public static final ConfigOption<Integer> RETRIES =
      GROUP
          .whole("sapflow.judge.retries")
          .atLeast(0)
          .in("calls")
          .byDefault(3)
          .says(
              "How often a call is made again after no connection, no answer in time, 429 or 5xx.");

  public static final ConfigOption<Duration> RETRY_DELAY =
      GROUP
          .duration("sapflow.judge.retry-delay")
          .atLeast(Duration.ofMillis(1))
          .byDefault(Duration.ofMillis(500))
          .says("Pause before the first retry; it doubles with each.");

  public static final ConfigOption<Duration> BREAKER_DELAY =
      GROUP
          .duration("sapflow.judge.breaker-delay")
          .atLeast(Duration.ofMillis(1))
          .byDefault(Duration.ofSeconds(30))
          .says(
              "How long a judge's server is left alone after several calls in a row failed with all their retries.");

  public static final ConfigOption<Duration> REPORT_TIMEOUT =
      GROUP
          .duration("sapflow.judge.report-timeout")
          .atLeast(Duration.ofMillis(1))
          .byDefault(Duration.ofMinutes(10))
          .says(
              "The longest that one judge may take over a report; what it has not judged by then makes the report incomplete.");

  private JudgeOptions() {}
}
