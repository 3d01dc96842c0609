package io.sapflow.job;

import io.sapflow.job.options.JobOptions;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.StateRecoveryOptions;

/**
 * By what a start that begins anew, or at a snapshot that is named, is known when it is started
 * again. A JobManager that runs the job's main class runs it with the same arguments whenever it is
 * restarted: what was trained meanwhile must not be left behind by that.
 */
final class BeginOnce {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private BeginOnce() {}

  /**
   * The word of a configuration; null for none.
   *
   * @throws IllegalArgumentException for what is no word
   */
  static String word(JobSettings settings) {
    String word = settings.find(JobOptions.ONCE);
    if (word != null && !WORD.matcher(word).matches()) {
      throw new IllegalArgumentException(
          JobOptions.ONCE.key()
              + ": found "
              + word
              + ", expected at most 100 letters, digits, '.', '_' and '-', beginning with a letter"
              + " or digit");
    }
    return word;
  }

  /**
   * By what this start is known; empty if each such start begins so.
   *
   * @param configuration with the cluster's own
   * @throws IllegalArgumentException if a JobManager would begin anew after each of its restarts
   */
  static Optional<String> of(Configuration configuration, boolean fresh) {
    String word = word(new JobSettings(configuration));
    String savepoint = configuration.get(StateRecoveryOptions.SAVEPOINT_PATH);
    if (!fresh && savepoint == null) {
      return Optional.empty();
    }
    if (word != null || !byTheJobManager(configuration)) {
      return Optional.ofNullable(word);
    }
    if (fresh) {
      throw new IllegalArgumentException(
          JobOptions.ONCE.key()
              + ": is missing, expected a word, such as the date, beside --fresh: this JobManager"
              + " runs the main class again whenever it is restarted, and would begin anew each"
              + " time; with a word it does so once");
    }
    // An operator names another savepoint with each upgrade.
    return Optional.of(savepoint);
  }

  private static boolean byTheJobManager(Configuration configuration) {
    return EmbeddedExecutor.NAME.equals(configuration.get(DeploymentOptions.TARGET));
  }
}
