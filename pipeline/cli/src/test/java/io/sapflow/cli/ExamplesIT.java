package io.sapflow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.RawRecordSchema;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.testing.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs in examples/ against a real broker: the job takes what they send. */
@Timeout(600)
class ExamplesIT {

  private static final String KEY = "a key of tests";
  private static final String SUMMARY = "adapter helper: steps drift toward harm";

  private static WorkDirectory work;
  private static String servers;

  /** How a program ended, and what it printed. */
  private record Ended(int code, String said) {}

  @BeforeAll
  static void start() throws Exception {
    work = WorkDirectory.create();
    servers = KafkaBroker.start(work, "kafka").bootstrapServers();
    LocalRun.createTopics(servers);
    sendAlert();
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static SafetyAlert alert(String fingerprint) {
    return SafetyAlert.newBuilder()
        .setFingerprint(fingerprint)
        .setRule("drift")
        .setSeverity("warning")
        .setStatus(AlertStatus.FIRING)
        .setAdapterId("helper")
        .setValue(9)
        .setThreshold(8)
        .setStartsAt(1)
        .setAnnotations(Map.of("summary", SUMMARY))
        .build();
  }

  private static void sendAlert() throws Exception {
    byte[] value = RecordCodec.of(SafetyAlert.class).encode(alert("f"));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            KafkaClients.at(servers).producer(Map.of()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(Topics.ALERTS, "f".getBytes(UTF_8), value)).get();
    }
  }

  @Test
  void node_examplesAreTaken_andAnAlertIsTold() throws Exception {
    assumeTrue(runs("node", "--version") && runs("npm", "--version"), "there is no node and npm");
    Path directory = Files.createDirectories(work.resolve("node"));
    for (String file : List.of("package.json", "wire.js", "sapflow.js")) {
      Files.copy(ProjectFiles.root().resolve("examples/node/" + file), directory.resolve(file));
    }
    Ended installed = run(directory, "npm", "install", "--no-audit", "--no-fund");
    assumeTrue(installed.code() == 0, "npm cannot install kafkajs and avsc: " + installed.said());
    sendsAndTells(directory, "node-1", "node", "sapflow.js");
  }

  @Test
  void python_examplesAreTaken_andAnAlertIsTold() throws Exception {
    assumeTrue(
        runs("python3", "-c", "import confluent_kafka, fastavro"),
        "there is no python3 with confluent-kafka and fastavro");
    Path directory = ProjectFiles.root().resolve("examples/python");
    sendsAndTells(directory, "python-1", "python3", "-B", "sapflow.py");
  }

  /** What is made by hand in Python, without any package, and the syntax of the rest. */
  @Test
  void pythonWire_isThatOfTheCodec() throws Exception {
    assumeTrue(runs("python3", "--version"), "there is no python3");
    byte[] value = RecordCodec.of(SafetyAlert.class).encode(alert("f"));
    String script =
        "import ast, wire; ast.parse(open('sapflow.py', encoding='utf-8').read()); "
            + "print(wire.header(wire.schema('SafetyAlert')).hex(), "
            + "wire.signature('%s', bytes.fromhex('%s')))"
                .formatted(KEY, HexFormat.of().formatHex(value));
    Ended ended =
        run(ProjectFiles.root().resolve("examples/python"), "python3", "-B", "-c", script);
    assertThat(ended)
        .isEqualTo(
            new Ended(
                0,
                HexFormat.of().formatHex(value, 0, 10)
                    + " "
                    + new String(SourceBindings.header(new Hmac(KEY.getBytes(UTF_8)), value), UTF_8)
                    + "\n"));
  }

  private static void sendsAndTells(Path directory, String id, String... program) throws Exception {
    Path file = work.resolve(id + ".jsonl");
    Files.writeString(
        file,
        "{\"id\": \"%s\", \"messages\": [{\"role\": \"user\", \"content\": \"grüße\"}, "
                .formatted(id)
            + "{\"role\": \"assistant\", \"content\": \"hello\"}]}\n");
    Ended sent =
        run(
            directory,
            with(
                program,
                "send",
                file.toString(),
                "--brokers",
                servers,
                "--adapter",
                "helper",
                "--source",
                "forum"));
    assertThat(sent).isEqualTo(new Ended(0, "1 examples sent\n"));
    TrainingExample example = taken(id);
    assertThat(example.getAdapterId()).isEqualTo("helper");
    assertThat(example.getMessages().get(0).getContent()).isEqualTo("grüße");
    Ended told =
        run(
            directory,
            with(
                program,
                "alerts",
                "--brokers",
                servers,
                "--group",
                id,
                "--from-beginning",
                "--count",
                "1"));
    assertThat(told).isEqualTo(new Ended(0, "FIRING drift: " + SUMMARY + "\n"));
  }

  /**
   * The example of an id as the job takes it: decoded, within its limits, and its source proven.
   */
  private static TrainingExample taken(String id) throws Exception {
    List<RawRecord> raws = new ArrayList<>();
    RawRecordSchema schema = new RawRecordSchema(IngestLimits.DEFAULT.envelope().recordBytes());
    try (TopicReader reader =
        TopicReader.fromBeginning(KafkaClients.at(servers), Topics.EXAMPLES)) {
      reader.drain(record -> raws.add(schema.raw(record)));
    }
    ExampleDecoder decoder =
        new ExampleDecoder(
            IngestLimits.DEFAULT, new AdapterPolicy(Set.of("helper"), Integer.MAX_VALUE));
    SourceBindings bindings =
        new SourceBindings(
            new SourcePolicy(TopicNames.DEFAULT, Map.of(), Set.of("forum")),
            Map.of("SAPFLOW_SOURCE_KEY_FORUM", KEY));
    for (RawRecord raw : raws) {
      TrainingExample example = decoder.decode(raw);
      assertThat(bindings.prove(raw, example.getSource()))
          .isEqualTo(new SourceBindings.Proof("forum", true));
      assertThat(raw.key()).asString(UTF_8).isEqualTo("helper");
      if (example.getId().equals(id)) {
        return example;
      }
    }
    throw new AssertionError("no example " + id + " on " + Topics.EXAMPLES);
  }

  private static String[] with(String[] program, String... arguments) {
    return Stream.concat(Arrays.stream(program), Arrays.stream(arguments)).toArray(String[]::new);
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return run(work.path(), command).code() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Ended run(Path directory, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(work.path(), "out", ".txt");
    Path err = Files.createTempFile(work.path(), "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(err.toFile())
            .redirectOutput(out.toFile());
    builder.environment().put("SAPFLOW_SOURCE_KEY", KEY);
    builder
        .environment()
        .put("SAPFLOW_SCHEMAS", ProjectFiles.root().resolve("docs/schemas").toString());
    builder.environment().put("KAFKAJS_NO_PARTITIONER_WARNING", "1");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s", List.of(command)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    // What a program retries it logs beside what it prints; of one that failed it is the reason.
    String failure = process.exitValue() == 0 ? "" : Files.readString(err);
    return new Ended(process.exitValue(), Files.readString(out) + failure);
  }
}
