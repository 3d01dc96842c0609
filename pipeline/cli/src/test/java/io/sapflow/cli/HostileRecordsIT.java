package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.run.Watcher;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.Digests;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.Turns;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records of every codec, and one beyond each bound: none of them stops the job. */
@Timeout(300)
class HostileRecordsIT {

  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final int GOOD = 20;
  private static final int MEBIBYTE = 1 << 20;

  private static final RecordCodec<TrainingExample> CODEC = RecordCodec.of(TrainingExample.class);
  private static final List<SpecificRecord> WRITTEN = new ArrayList<>();
  private static final byte[] LARGE =
      CODEC.encode(example("large", "a".repeat(3 * MEBIBYTE), Map.of()));

  private static WorkDirectory work;
  private static LocalRun run;

  @BeforeAll
  static void train() {
    work = WorkDirectory.create();
    run = LocalRun.start(work);
    keepCompressed(Topics.EXAMPLES);
    Configuration configuration =
        run.complete(
            ConfigFile.of(
                Map.of(
                    "sapflow.model.path",
                    ToyModel.unpack(work.path()).toString(),
                    "sapflow.ingest.skip",
                    Topics.EXAMPLES + ":0:0",
                    "sapflow.checkpoint.interval",
                    "1 s")));
    try (Session session = new Session(run, configuration, record -> {})) {
      session.start(ToyExamples.pairs(new ToyWorld(0).safetyPairs(16)), List.of());
      sendSkipped();
      CODECS.forEach(HostileRecordsIT::send);
      session.finish("helper");
    }
    try (Watcher watcher = new Watcher(run.bootstrapServers())) {
      watcher.drain(WRITTEN::add);
    }
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
    work.close();
  }

  /** As topics are that somebody else made. */
  private static void keepCompressed(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp producers =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"),
            AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(resource, List.of(producers))).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A good one, which the job is told to go past. */
  private static void sendSkipped() {
    try (KafkaProducer<byte[], byte[]> producer = producer("none")) {
      producer.send(good());
    }
  }

  /** Good examples by one codec, among them, by a codec that shrinks them, the hostile ones. */
  private static void send(String codec) {
    try (KafkaProducer<byte[], byte[]> producer = producer(codec)) {
      List<Dialogue> good = new ToyWorld(CODECS.indexOf(codec)).newTask(GOOD, Split.TRAIN);
      for (int i = 0; i < GOOD; i++) {
        String id = codec + "-" + i;
        producer.send(
            record(CODEC.encode(ToyExamples.example("helper", "forum", id, i, good.get(i)))));
        if (i == GOOD / 2 && codec.equals("zstd")) {
          hostile().forEach(producer::send);
        }
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String codec) {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", run.bootstrapServers());
    client.put("compression.type", codec);
    client.put("max.request.size", 16 * MEBIBYTE);
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<ProducerRecord<byte[], byte[]>> hostile() {
    Map<String, String> many =
        IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
    ProducerRecord<byte[], byte[]> signed = good();
    signed.headers().add("sapflow-signature", new byte[2000]);
    ProducerRecord<byte[], byte[]> header = good();
    header.headers().add("trace", new byte[70_000]);
    ProducerRecord<byte[], byte[]> headers = good();
    IntStream.range(0, 65).forEach(i -> headers.headers().add("h" + i, new byte[0]));
    ProducerRecord<byte[], byte[]> largeHeader = good();
    largeHeader.headers().add("trace", new byte[2 * MEBIBYTE]);
    return List.of(
        record(LARGE),
        largeHeader,
        new ProducerRecord<>(Topics.EXAMPLES, new byte[5000], good().value()),
        headers,
        header,
        signed,
        record(CODEC.encode(example("e", "a question", many))),
        record(CODEC.encode(example("e", "a question", Map.of("k", "v".repeat(70_000))))),
        // Fits the examples topic, and with what is said of it no topic of the broker's default.
        record(new byte[MEBIBYTE - 100]));
  }

  private static ProducerRecord<byte[], byte[]> good() {
    return record(CODEC.encode(example("e", "a question", Map.of())));
  }

  private static ProducerRecord<byte[], byte[]> record(byte[] value) {
    return new ProducerRecord<>(Topics.EXAMPLES, "helper".getBytes(StandardCharsets.UTF_8), value);
  }

  private static TrainingExample example(
      String id, String question, Map<String, String> attributes) {
    return TrainingExample.newBuilder()
        .setId(id)
        .setAdapterId("helper")
        .setSource("forum")
        .setMessages(List.of(Turns.of("user", question), Turns.of("assistant", "an answer")))
        .setAttributes(attributes)
        .build();
  }

  private static <T> List<T> all(Class<T> type) {
    return WRITTEN.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void goodExamples_ofEveryCodec_areTrainedOnce() {
    List<String> trained =
        all(TrainingStep.class).stream().flatMap(step -> step.getExampleIds().stream()).toList();
    List<String> sent =
        CODECS.stream()
            .flatMap(codec -> IntStream.range(0, GOOD).mapToObj(i -> codec + "-" + i))
            .toList();
    assertThat(trained).containsExactlyInAnyOrderElementsOf(sent);
  }

  @Test
  void hostileRecords_areInQuarantine_eachForItsBound() {
    assertThat(all(QuarantinedRecord.class).stream().map(QuarantinedRecord::getReason))
        .containsExactlyInAnyOrder(
            "SKIPPED",
            "RECORD_TOO_LARGE",
            "RECORD_TOO_LARGE",
            "KEY_TOO_LONG",
            "TOO_MANY_HEADERS",
            "HEADERS_TOO_LONG",
            "SIGNATURE_TOO_LONG",
            "TOO_MANY_ATTRIBUTES",
            "ATTRIBUTES_TOO_LONG",
            "GARBAGE");
  }

  @Test
  void recordBeyondTheBound_isAReference_thatReplaySendsAgain() {
    QuarantinedRecord large =
        all(QuarantinedRecord.class).stream()
            .filter(record -> Digests.sha256(LARGE).equals(record.getSha256()))
            .findFirst()
            .orElseThrow();
    assertThat(large.getValue().hasRemaining()).isFalse();
    assertThat(large.getSize()).isEqualTo(LARGE.length + 6L);
    String place = large.getPartition() + ":" + large.getOffset() + "-" + large.getOffset();
    Said watched =
        Said.on(run.bootstrapServers(), "watch", "quarantine", "--from-beginning", "--count", "10");
    assertThat(watched.out())
        .contains(LARGE.length + 6 + " bytes by reference (sha256 " + large.getSha256() + ")");
    Said replayed =
        Said.on(
            run.bootstrapServers(),
            "replay",
            "--reason",
            "RECORD_TOO_LARGE",
            "--offsets",
            Topics.EXAMPLES + ":" + place);
    assertThat(replayed.code()).as(replayed.out() + replayed.err()).isZero();
    assertThat(replayed.out()).endsWith("1 replayed\n");
  }

  @Test
  void skippedRecord_isAReference() {
    QuarantinedRecord skipped =
        all(QuarantinedRecord.class).stream()
            .filter(record -> record.getReason().equals("SKIPPED"))
            .findFirst()
            .orElseThrow();
    assertThat(skipped.getTopic() + ":" + skipped.getPartition() + ":" + skipped.getOffset())
        .isEqualTo(Topics.EXAMPLES + ":0:0");
    assertThat(skipped.getValue().hasRemaining()).isFalse();
    assertThat(skipped.getSha256()).isEqualTo(Digests.sha256(good().value()));
  }

  @Test
  void ownTopic_refusesABatchForWhatItHolds_notForWhatItMeasures() {
    try (KafkaProducer<byte[], byte[]> producer = producer("zstd")) {
      assertThatThrownBy(
              () -> producer.send(new ProducerRecord<>(Topics.SAFETY_PAIRS, LARGE, LARGE)).get())
          .hasCauseInstanceOf(RecordTooLargeException.class);
    }
  }
}
