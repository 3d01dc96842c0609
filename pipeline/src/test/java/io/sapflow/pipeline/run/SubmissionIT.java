package io.sapflow.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.pipeline.job.ConfigFile;
import io.sapflow.pipeline.stack.ClusterOptions;
import io.sapflow.pipeline.stack.KafkaBroker;
import io.sapflow.pipeline.stack.LocalCluster;
import io.sapflow.pipeline.stack.StackException;
import io.sapflow.pipeline.stack.WorkDirectory;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The job by a cluster's REST interface: once, while it runs, and after it was cancelled. The
 * cluster is in this process, whose class path has everything: what the jar lacks is not seen here.
 */
@Timeout(180)
class SubmissionIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void submit_twiceAndAfterACancellation_runsOnceAndGoesOn() {
    try (WorkDirectory work = WorkDirectory.create()) {
      KafkaBroker broker = KafkaBroker.start(work, "kafka");
      // Its checkpoint directory is the cluster's own option.
      Configuration flink = new Configuration();
      flink.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
      LocalCluster cluster =
          work.own(LocalCluster.start(new ClusterOptions(1, 1, work.path(), flink)));
      List<String> lines = new ArrayList<>();
      Submission submission =
          new Submission(configuration(work, broker, cluster.webUrl()), false, lines::add);

      JobID first = submission.submit(JobJar.find());
      assertThat(lines.get(0)).startsWith("job helper starts fresh: no checkpoint in file:");
      assertThat(lines).last().isEqualTo("job " + first + " runs");
      assertThatThrownBy(() -> submission.submit(JobJar.find()))
          .isInstanceOf(StackException.class)
          .hasMessage(
              "job helper runs already, as " + first + ": stop it first, or set sapflow.job.name");

      cluster.checkpoint(first, LIMIT);
      cluster.cancel(first, LIMIT);
      lines.clear();
      JobID second = submission.submit(JobJar.find());
      assertThat(lines.get(0))
          .startsWith("job helper goes on from checkpoint ")
          .contains(work.path() + "/checkpoints/helper/start-1/" + first);
      cluster.cancel(second, LIMIT);
    }
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
