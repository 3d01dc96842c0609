package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.TopicSink;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class TopicSinkIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String TOPIC = "numbers";
  private static final long FAILS_AT = 50;

  @TempDir Path dir;

  @Test
  void task_failsAfterItsRecordsWereRefused_leavesItsTaskManager() throws Exception {
    try (KafkaBroker broker = KafkaBroker.start(dir.resolve("broker"));
        LocalCluster cluster = LocalCluster.start(ClusterOptions.of(1, dir.resolve("flink")))) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        admin.createTopics(List.of(topic())).all().get();
      }
      JobID failing = cluster.submit(job(100, new TopicSink<>(kafka(broker))));
      assertThatThrownBy(() -> cluster.awaitEnd(failing, LIMIT))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("number " + FAILS_AT);

      JobID next = cluster.submit(job(FAILS_AT - 1, new DiscardingSink<>()));
      assertThat(cluster.awaitEnd(next, LIMIT)).isEqualTo(JobStatus.FINISHED);
    }
  }

  /** Takes no record without a key. */
  private static NewTopic topic() {
    return new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
  }

  private static KafkaSink<String> kafka(KafkaBroker broker) {
    return KafkaSink.<String>builder()
        .setBootstrapServers(broker.bootstrapServers())
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(TOPIC)
        .setProperty("transaction.timeout.ms", "600000")
        // Nothing goes out before the task has come to where it waits.
        .setProperty("linger.ms", "1000")
        .setRecordSerializer(
            KafkaRecordSerializationSchema.<String>builder()
                .setTopic(TOPIC)
                .setValueSerializationSchema(new SimpleStringSchema())
                .build())
        .build();
  }

  /** Fails a while after its first records went out, with nothing heard of them in between. */
  private static StreamGraph job(long count, Sink<String> sink) {
    Configuration options = new Configuration();
    options.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment flow = StreamExecutionEnvironment.getExecutionEnvironment(options);
    flow.setParallelism(1);
    flow.fromSequence(1, count)
        .map(
            number -> {
              if (number == FAILS_AT) {
                Waiting.pause(Duration.ofSeconds(3));
                throw new IllegalStateException("number " + number);
              }
              return Long.toString(number);
            })
        .returns(String.class)
        .sinkTo(sink);
    return flow.getStreamGraph();
  }
}
