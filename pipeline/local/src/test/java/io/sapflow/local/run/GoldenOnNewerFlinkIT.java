package io.sapflow.local.run;

import static io.sapflow.local.run.GoldenScript.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.stack.FlinkInstallation;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.Topics;
import io.sapflow.schema.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The savepoints of {@link GoldenJobIT}, which Flink 2.2 wrote, on Flink 2.3. */
@Timeout(300)
class GoldenOnNewerFlinkIT {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(200);

  @ParameterizedTest
  @ValueSource(ints = {1})
  void savepoint_restored_hasTheWeightsItHad(int format) throws Exception {
    GoldenFiles files = GoldenFiles.of(format);
    Properties facts = files.facts();
    try (WorkDirectory work = WorkDirectory.create()) {
      String servers = KafkaBroker.start(work, "kafka").bootstrapServers();
      LocalRun.createTopics(servers);
      Feed feed = work.own(new Feed(servers));
      readBefore(feed, facts);
      FlinkInstallation flink =
          FlinkInstallation.of(work, "flink", "pipeline/local/flink-2.3", Map.of());
      flink.job(JobJar.find());
      flink.startApplication(
          "--job-classname",
          "io.sapflow.job.TuningJob",
          "--job-config",
          configuration(work, files).toString(),
          "-Dsapflow.kafka.bootstrap-servers=" + servers,
          "-Dsapflow.checkpoints=" + work.resolve("checkpoints").toUri(),
          "-Dexecution.state-recovery.path=" + files.savepoint().toUri());
      flink.startTaskManager();
      feed.command(GoldenScript.command("probe-again", OTHER, CommandKind.PROBE_NOW, Map.of()));
      AdapterVersion version = version(servers, facts, flink);
      assertThat(version.getSha256()).isEqualTo(facts.getProperty("other.sha256"));
      assertThat(version.getParent()).isEqualTo(facts.getProperty("other.promoted"));
    }
  }

  /** A record that nobody can read at every offset that the job has read. */
  private static void readBefore(Feed feed, Properties facts) {
    for (Topic topic : Topic.values()) {
      long count = Long.parseLong(facts.getProperty("offset." + topic.byDefault(), "0"));
      for (long i = 0; i < count; i++) {
        feed.send(
            new ProducerRecord<>(
                topic.byDefault(),
                ("read-" + i).getBytes(StandardCharsets.UTF_8),
                "read before".getBytes(StandardCharsets.UTF_8)));
      }
    }
    feed.flush();
  }

  /** Nobody answers as judge, server of adapters or alert manager. */
  private static Path configuration(WorkDirectory work, GoldenFiles files) throws Exception {
    List<String> lines = new ArrayList<>();
    GoldenFiles.configuration(files.adaptersCopied(work), "http://127.0.0.1:9")
        .toMap()
        .forEach((key, value) -> lines.add("\"%s\": \"%s\"".formatted(key, value)));
    return Files.write(work.resolve("job.yaml"), lines);
  }

  private static AdapterVersion version(String servers, Properties facts, FlinkInstallation flink)
      throws Exception {
    long first = Long.parseLong(facts.getProperty("offset." + Topics.ADAPTERS));
    RecordCodec<AdapterVersion> codec = RecordCodec.of(AdapterVersion.class);
    List<AdapterVersion> versions = new ArrayList<>();
    long end = System.nanoTime() + LIMIT.toNanos();
    try (TopicReader reader =
        TopicReader.fromBeginning(KafkaClients.at(servers), Topics.ADAPTERS)) {
      while (versions.isEmpty()) {
        if (System.nanoTime() > end) {
          throw new AssertionError("no version\n" + flink.logs());
        }
        reader.poll(
            POLL,
            record -> {
              if (record.offset() >= first) {
                AdapterVersion version = decode(codec, record.value());
                if (version.getAdapterId().equals(OTHER)) {
                  versions.add(version);
                }
              }
            });
      }
    }
    return versions.get(0);
  }

  private static AdapterVersion decode(RecordCodec<AdapterVersion> codec, byte[] value) {
    try {
      return codec.decode(value);
    } catch (UndecodableRecordException e) {
      throw new AssertionError(e);
    }
  }
}
