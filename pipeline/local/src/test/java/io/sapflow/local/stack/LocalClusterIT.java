package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LocalClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long ENDLESS = Long.MAX_VALUE;

  @TempDir Path dir;

  @Test
  void submit_boundedJob_finishesAndIsOnTheWebPage() throws Exception {
    try (LocalCluster cluster = LocalCluster.start(ClusterOptions.of(1, dir))) {
      JobID job = cluster.submit(job(100, new Configuration(), value -> value));
      assertThat(cluster.awaitEnd(job, LIMIT)).isEqualTo(JobStatus.FINISHED);

      assertThat(cluster.webUrl().getHost()).isEqualTo("127.0.0.1");
      assertThat(fetch(cluster.webUrl(), "/jobs")).contains(job.toString()).contains("FINISHED");
      assertThat(fetch(cluster.webUrl(), "/"))
          .contains("<title>Apache Flink Web Dashboard</title>");
    }
  }

  @Test
  void awaitEnd_failingFunction_namesItsError() {
    Configuration once = new Configuration();
    once.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    try (LocalCluster cluster = LocalCluster.start(ClusterOptions.of(1, dir))) {
      JobID job = cluster.submit(job(100, once, new FailsAt(42)));
      assertThatThrownBy(() -> cluster.awaitEnd(job, LIMIT))
          .isInstanceOf(StackException.class)
          .hasMessage("job " + job + " failed: java.lang.IllegalStateException: value 42");
    }
  }

  @Test
  void terminateTaskManager_spareStarted_runsAgainAndDrains() throws Exception {
    Configuration flink = new Configuration();
    flink.set(JobManagerOptions.SLOT_REQUEST_TIMEOUT, Duration.ofSeconds(30));
    try (LocalCluster cluster = LocalCluster.start(new ClusterOptions(1, 1, dir, flink))) {
      Configuration again = new Configuration();
      again.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
      again.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 100);
      again.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
      JobID job = cluster.submit(job(ENDLESS, again, value -> value));
      cluster.awaitRunning(job, LIMIT);
      assertThat(cluster.checkpoint(job, LIMIT)).isPositive();

      cluster.terminateTaskManager(0);
      while (cluster.isRunning(job)) {
        Thread.sleep(20);
      }
      cluster.startTaskManager();
      cluster.awaitRunning(job, LIMIT);

      String savepoint = cluster.stopWithDrain(job, dir.resolve("savepoints"), LIMIT);
      assertThat(cluster.awaitEnd(job, LIMIT)).isEqualTo(JobStatus.FINISHED);
      assertThat(Path.of(URI.create(savepoint)).resolve("_metadata")).exists();
      assertThat(dir.resolve("checkpoints").resolve(job.toString())).exists();
    }
  }

  @Test
  void start_directoryIsAFile_saysSo() throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> LocalCluster.start(ClusterOptions.of(1, file)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("the Flink cluster cannot write to " + file);
  }

  private static StreamGraph job(
      long count, Configuration options, MapFunction<Long, Long> function) {
    StreamExecutionEnvironment flow = StreamExecutionEnvironment.getExecutionEnvironment(options);
    flow.setParallelism(1);
    flow.fromSequence(1, count).map(function).returns(Long.class).sinkTo(new DiscardingSink<>());
    return flow.getStreamGraph();
  }

  private static String fetch(URI base, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private record FailsAt(long value) implements MapFunction<Long, Long> {
    @Override
    public Long map(Long number) {
      if (number == value) {
        throw new IllegalStateException("value " + number);
      }
      return number;
    }
  }
}
