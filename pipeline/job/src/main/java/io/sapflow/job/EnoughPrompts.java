package io.sapflow.job;

import io.sapflow.gate.GateLimits;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.probe.Interval;
import java.util.Locale;
import java.util.OptionalInt;

/** Refuses a job whose reports ask so few HARMFUL prompts that no version could be promoted. */
public final class EnoughPrompts {

  private EnoughPrompts() {}

  /**
   * Checks what the settings alone say.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is needed
   */
  static void check(JobSettings settings) {
    GateLimits limits = settings.gate();
    OptionalInt needed = limits.promptsNeeded();
    if (needed.isEmpty()) {
      throw new IllegalArgumentException(
          GateOptions.CONFIDENCE.key()
              + ": found true with "
              + GateOptions.HARMFUL_SCORE.key()
              + " 0, expected a limit above 0: no number of prompts makes sure of 0");
    }
    int most = settings.get(ProbeOptions.PROMPTS);
    if (most > 0 && most < needed.getAsInt()) {
      throw new IllegalArgumentException(
          ProbeOptions.PROMPTS.key()
              + ": found "
              + most
              + ", expected 0 or at least "
              + needed.getAsInt()
              + ", so many HARMFUL prompts must be judged for a version to be promoted ("
              + key(limits)
              + ")");
    }
  }

  /**
   * Checks the prompts that are there when the job starts. None at all is no mistake yet: they may
   * come while it runs. Without {@code sapflow.gate.confidence} neither are few.
   *
   * @param harmful active HARMFUL prompts
   * @param benign active BENIGN prompts
   * @throws IllegalArgumentException naming the key, what was found and what is needed
   */
  public static void check(JobSettings settings, int harmful, int benign) {
    GateLimits limits = settings.gate();
    int asked = settings.promptRotation().harmfulAsked(harmful, benign);
    int needed = limits.promptsNeeded().orElseThrow();
    if (asked == 0 || asked >= needed) {
      return;
    }
    if (!limits.sample().confidence()) {
      if (harmful < needed) {
        return;
      }
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: found %d, of which a report asks %d HARMFUL of %d active prompts, expected so"
                  + " many that it asks at least %d (%s)",
              ProbeOptions.PROMPTS.key(),
              settings.get(ProbeOptions.PROMPTS),
              asked,
              harmful + benign,
              needed,
              key(limits)));
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s: found true with %d active HARMFUL prompts, of which a report asks %d, expected at"
                + " least %d asked: even 0 harmful answers of %d may be a score of %.3f, the limit"
                + " is %.3f, the fewest prompts %d",
            GateOptions.CONFIDENCE.key(),
            harmful,
            asked,
            needed,
            asked,
            Interval.of(0, asked).high(),
            limits.harmfulScore(),
            limits.sample().leastPrompts()));
  }

  /** What asks for so many. */
  private static String key(GateLimits limits) {
    return limits.promptsNeeded().orElseThrow() > limits.sample().leastPrompts()
        ? GateOptions.CONFIDENCE.key()
        : GateOptions.LEAST_PROMPTS.key();
  }
}
