package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.StackException;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.LocalCluster;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.SafetyAlert;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jobs that fail at once after each restart, on a real cluster, with a real broker for the alert.
 */
@Timeout(180)
class RestartWatchIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static WorkDirectory work;
  private static String servers;
  private static LocalCluster cluster;

  private final List<String> lines = new ArrayList<>();

  @BeforeAll
  static void start() {
    work = WorkDirectory.create();
    servers = KafkaBroker.start(work, "kafka").bootstrapServers();
    LocalRun.createTopics(servers);
    cluster = work.own(LocalCluster.start(ClusterOptions.of(1, work.resolve("flink"))));
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static StreamGraph job(MapFunction<Long, Long> function) {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    options.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    StreamExecutionEnvironment flow = StreamExecutionEnvironment.getExecutionEnvironment(options);
    flow.setParallelism(1);
    flow.fromSequence(1, Long.MAX_VALUE)
        .map(function)
        .returns(Long.class)
        .sinkTo(new DiscardingSink<>());
    return flow.getStreamGraph();
  }

  private RestartWatch watch(String name) {
    return new RestartWatch(
        new JobSettings(
            ConfigFile.of(
                Map.of("sapflow.kafka.bootstrap-servers", servers, "sapflow.job.name", name))),
        lines::add);
  }

  private void lookUntilTold(RestartWatch watch, JobID job) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (lines.isEmpty() && System.nanoTime() < end) {
      watch
          .look(() -> cluster.restarts(job), () -> cluster.lastFailure(job))
          .ifPresent(
              ending -> {
                throw ending;
              });
      Thread.sleep(50);
    }
  }

  private static List<String> alerts(String job) {
    List<String> summaries = new ArrayList<>();
    try (Watcher watcher = new Watcher(servers)) {
      watcher.drain(
          record -> {
            if (record instanceof SafetyAlert alert && job.equals(alert.getLabels().get("job"))) {
              summaries.add(
                  alert.getRule()
                      + " "
                      + alert.getStatus()
                      + ": "
                      + alert.getAnnotations().get("summary"));
            }
          });
    }
    return summaries;
  }

  @Test
  void outage_isOneLineAndOneAlert_andTheJobGoesOn() throws InterruptedException {
    JobID job = cluster.submit(job(new Fails(new IOException("the disk is full"))));
    lookUntilTold(watch("outage"), job);
    assertThat(lines)
        .singleElement()
        .asString()
        .matches(
            "job outage restarts again and again, \\d+ times within a minute:"
                + " java.io.IOException: the disk is full");
    assertThat(alerts("outage"))
        .containsExactly(
            "restart-loop FIRING: job outage restarts again and again:"
                + " java.io.IOException: the disk is full");
    assertThat(cluster.hasEnded(job)).isFalse();
    cluster.cancel(job, LIMIT);
  }

  @Test
  void record_thatNoRestartMends_failsTheJobWithItsCause() {
    JobID job = cluster.submit(job(new Fails(new RecordTooLargeException("3145728 bytes"))));
    RestartWatch watch = watch("record");
    assertThatThrownBy(() -> lookUntilTold(watch, job))
        .isInstanceOf(StackException.class)
        .hasMessageMatching(
            "job record failed: org.apache.kafka.common.errors.RecordTooLargeException: 3145728"
                + " bytes; it has restarted \\d+ times within a minute, and no restart mends that");
    assertThat(alerts("record"))
        .containsExactly(
            "restart-loop FIRING: job record restarts again and again:"
                + " org.apache.kafka.common.errors.RecordTooLargeException: 3145728 bytes");
    cluster.cancel(job, LIMIT);
  }

  /** The first watch is gone when the job's failures change to what no restart mends. */
  @Test
  void hopelessCause_afterAnother_isSeenByTheNextWatch_andEndsTheJob() {
    JobID outage = cluster.submit(job(new Fails(new IOException("no route"))));
    assertThatCode(() -> lookUntilTold(watch("changes"), outage)).doesNotThrowAnyException();
    cluster.cancel(outage, LIMIT);
    lines.clear();
    JobID hopeless = cluster.submit(job(new Fails(new RecordTooLargeException("9 bytes"))));
    RestartWatch second = watch("changes");
    assertThatThrownBy(() -> lookUntilTold(second, hopeless))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("RecordTooLargeException: 9 bytes");
    assertThat(second.loopLasts()).isTrue();
    cluster.cancel(hopeless, LIMIT);
    // It took the first one's alert over, and told no other.
    assertThat(alerts("changes")).hasSize(1);
  }

  private record Fails(Exception cause) implements MapFunction<Long, Long> {
    @Override
    public Long map(Long number) throws Exception {
      throw cause;
    }
  }
}
