package io.sapflow.cli;

import io.sapflow.job.JobSettings;
import io.sapflow.job.check.JobChecks;
import io.sapflow.job.check.Purpose;
import io.sapflow.local.run.JobJar;
import io.sapflow.local.run.Submission;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.RestOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sapflow submit}: the job on a cluster that runs. */
@Command(
    name = "submit",
    description = {
      "Hand the job to a running Flink cluster, from its latest checkpoint or savepoint if it has"
          + " one.",
      "The cluster's lib/ holds DJL. Checkpoints must lie where this machine and the cluster's"
          + " reach them under the same name."
    },
    sortOptions = false)
public final class SubmitCommand implements Callable<Integer> {

  private static final Pattern ADDRESS = Pattern.compile("(.+):([0-9]{1,5})");

  @Mixin private JobMixin job;

  @Option(
      names = "--jobmanager",
      paramLabel = "HOST:PORT",
      description =
          "The cluster's REST interface; by default rest.address and rest.port of the"
              + " configuration, or where its high-availability.* leads.")
  private String jobManager;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Until every task runs; ${DEFAULT-VALUE}. A job that has too few task slots by then is"
              + " cancelled.")
  private long wait;

  @Override
  public Integer call() {
    if (wait < 1) {
      throw new UsageException("--wait: found " + wait + ", expected 1 or more");
    }
    Configuration configuration = job.configuration();
    if (jobManager != null) {
      Matcher address = ADDRESS.matcher(jobManager);
      if (!address.matches()) {
        throw new UsageException("--jobmanager: found " + jobManager + ", expected HOST:PORT");
      }
      configuration.set(RestOptions.ADDRESS, address.group(1));
      configuration.set(RestOptions.PORT, Integer.parseInt(address.group(2)));
      // The address that is named wins over the one that ZooKeeper would tell.
      configuration.set(HighAvailabilityOptions.HA_MODE, "NONE");
    }
    JobChecks.require(new JobSettings(configuration), Purpose.SUBMIT, System.out::println);
    new Submission(configuration, job.fresh(), Duration.ofSeconds(wait), System.out::println)
        .submit(JobJar.find());
    return 0;
  }
}
