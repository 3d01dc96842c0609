package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.resume.JobLock;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.ProcessCluster;
import io.sapflow.local.stack.RemoteJob;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The job jar on a cluster of other processes, as an installation has it: once, while it runs, and
 * after it was cancelled, on the TaskManager that has had it before.
 */
@Timeout(300)
class SubmissionIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void submit_twiceAndAfterACancellation_runsOnceAndGoesOn() {
    try (WorkDirectory work = WorkDirectory.create()) {
      KafkaBroker broker = KafkaBroker.start(work, "kafka");
      ProcessCluster cluster =
          ProcessCluster.start(
              work, new ClusterOptions(1, 1, work.resolve("flink"), new Configuration()));
      List<String> lines = new ArrayList<>();
      Configuration configuration = configuration(work, broker, cluster.webUrl());
      Submission submission = new Submission(configuration, false, LIMIT, lines::add);

      RemoteJob first = cluster.client().job(submission.submit(JobJar.find()));
      assertThat(lines.get(0)).startsWith("job helper starts fresh: no checkpoint in file:");
      assertThat(lines).contains(Submission.UNREPORTED);
      assertThat(lines).last().isEqualTo("job " + first.id() + " runs");
      assertThatThrownBy(() -> submission.submit(JobJar.find()))
          .isInstanceOf(StackException.class)
          .hasMessage(
              "job helper runs already, as "
                  + first.id()
                  + ": stop it first, or set sapflow.job.name");

      first.checkpoint(LIMIT);
      first.cancel(LIMIT);
      lines.clear();
      try (JobLock held =
          JobLock.take(work.resolve("flink/checkpoints").toUri().toString(), "helper")) {
        assertThatThrownBy(() -> submission.submit(JobJar.find()))
            .hasMessageStartingWith("job helper runs already: another process holds ");
      }
      assertThatThrownBy(() -> elsewhere(work, configuration).submit(JobJar.find()))
          .isInstanceOf(StackException.class)
          .hasMessageEndingWith(
              " failed: io.sapflow.model.ModelException: "
                  + work.resolve("nowhere/config.json")
                  + ": cannot be read: there is no such file");
      RemoteJob second = cluster.client().job(submission.submit(JobJar.find()));
      // The checkpoint directory is the cluster's own option.
      assertThat(lines.get(0))
          .startsWith("job helper goes on from checkpoint ")
          .contains(work.resolve("flink/checkpoints/helper/start-1/") + "/" + first.id());
      second.cancel(LIMIT);
    }
  }

  /** A job with a model that no TaskManager has. */
  private static Submission elsewhere(WorkDirectory work, Configuration job) {
    Configuration configuration = new Configuration(job);
    configuration.set(ModelOptions.PATH, work.resolve("nowhere").toString());
    configuration.set(CheckpointOptions.DIRECTORY, work.resolve("nowhere").toUri().toString());
    return new Submission(configuration, true, LIMIT, line -> {});
  }

  private static Configuration configuration(WorkDirectory work, KafkaBroker broker, URI cluster) {
    return ConfigFile.of(
        Map.of(
            "rest.address", cluster.getHost(),
            "rest.port", Integer.toString(cluster.getPort()),
            "sapflow.job.name", "helper",
            "sapflow.kafka.bootstrap-servers", broker.bootstrapServers(),
            "sapflow.model.path", ToyModel.unpack(work.path()).toString(),
            "sapflow.adapter.store", work.resolve("adapters").toUri().toString(),
            "sapflow.checkpoint.interval", "1 s"));
  }
}
