package io.sapflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.JobSettings;
import io.sapflow.job.check.Finding;
import io.sapflow.job.check.JobChecks;
import io.sapflow.job.check.Purpose;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sapflow check}: what a job needs, looked at before it is started. */
@Command(
    name = "check",
    description = {
      "Look at everything that the job needs before it is started; nothing is changed.",
      "Exit code 1 if a check fails."
    },
    sortOptions = false)
public final class CheckCommand implements Callable<Integer> {

  @Mixin private ConfigMixin config;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the findings as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    JobSettings settings = new JobSettings(config.configuration());
    List<JobChecks.Made> checks = JobChecks.look(settings, Purpose.LOOK, Clock.systemUTC());
    checks.forEach(check -> System.out.println(line(check)));
    boolean pass = checks.stream().allMatch(check -> check.finding().ok());
    JsonReport.write(json, tree(checks, pass));
    return pass ? 0 : 1;
  }

  private static String line(JobChecks.Made check) {
    Finding finding = check.finding();
    return String.format(
        "%-4s %-11s %s",
        finding.ok() ? "ok" : "FAIL",
        check.name(),
        finding.ok() ? finding.found() : finding.words());
  }

  private static ObjectNode tree(List<JobChecks.Made> checks, boolean pass) {
    ObjectNode root = JsonReport.object();
    ArrayNode array = root.putArray("checks");
    for (JobChecks.Made check : checks) {
      array
          .addObject()
          .put("name", check.name())
          .put("ok", check.finding().ok())
          .put("found", check.finding().found())
          .put("expected", check.finding().expected());
    }
    return root.put("pass", pass);
  }
}
