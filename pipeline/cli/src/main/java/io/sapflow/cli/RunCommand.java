package io.sapflow.cli;

import io.sapflow.job.JobSettings;
import io.sapflow.job.check.JobChecks;
import io.sapflow.job.check.Purpose;
import io.sapflow.local.run.HostedJob;
import io.sapflow.local.run.StopSignal;
import io.sapflow.local.stack.RunLog;
import io.sapflow.local.stack.WorkDirectory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sapflow run}: the job in this process. */
@Command(
    name = "run",
    description = {
      "Run the job in this process, from its latest checkpoint or savepoint if it has one.",
      "Ctrl-C or SIGTERM stops it with a savepoint, from which the next run goes on."
    },
    sortOptions = false)
public final class RunCommand implements Callable<Integer> {

  @Mixin private JobMixin job;

  @Spec
  void help(CommandSpec spec) {
    OptionsHelp.addTo(spec);
  }

  @Option(
      names = "--log",
      paramLabel = "FILE",
      description = "Append the log of job and cluster to a file; errors are printed anyway.")
  private Path log;

  @Override
  public Integer call() {
    StopSignal stop = StopSignal.install();
    Configuration configuration = job.configuration();
    JobChecks.require(new JobSettings(configuration), Purpose.RUN, System.out::println);
    try (WorkDirectory work = WorkDirectory.create()) {
      if (log != null) {
        work.own(RunLog.open(log));
      }
      new HostedJob(configuration, job.fresh(), System.out::println).run(work, stop);
    }
    return 0;
  }
}
