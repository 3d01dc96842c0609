package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.Message;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jobs that read examples in Confluent's wire format, with a real registry, and as JSON; on a real
 * broker and a real cluster.
 */
@Timeout(900)
class FormatsIT {

  private static final String ADAPTER = "helper";
  private static final int EACH = 3;

  private static final String FEWER =
      "{\"name\":\"id\",\"type\":\"string\"},{\"name\":\"adapterId\",\"type\":\"string\"},"
          + "{\"name\":\"messages\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\","
          + "\"name\":\"Message\",\"fields\":[{\"name\":\"role\",\"type\":\"string\"},"
          + "{\"name\":\"content\",\"type\":\"string\"}]}}},"
          + "{\"name\":\"source\",\"type\":\"string\"}";

  private final List<QuarantinedRecord> quarantined = new ArrayList<>();
  private final Iterator<Dialogue> dialogues = new ToyWorld(1).newTask(64, Split.TRAIN).iterator();
  private int number;

  private void take(SpecificRecord record) {
    if (record instanceof QuarantinedRecord held) {
      quarantined.add(held);
    }
  }

  private TrainingExample example() {
    return ToyExamples.example(ADAPTER, "forum", "e-" + number, number++, dialogues.next());
  }

  private static String schema(String name, String fields) {
    return "{\"type\":\"record\",\"name\":\""
        + name
        + "\",\"namespace\":\"com.shop\",\"fields\":["
        + fields
        + "]}";
  }

  /** A field that no example of this project has. */
  private static String more(String field) {
    return FEWER + ",{\"name\":\"" + field + "\",\"type\":\"string\"}";
  }

  /** As a producer writes it that knows its own schema alone. */
  private static byte[] written(int id, String schema, TrainingExample example) throws IOException {
    Schema parsed = new Schema.Parser().parse(schema);
    GenericRecord record = new GenericData.Record(parsed);
    List<GenericRecord> turns = new ArrayList<>();
    for (Message message : example.getMessages()) {
      GenericRecord turn =
          new GenericData.Record(parsed.getField("messages").schema().getElementType());
      turn.put("role", message.getRole());
      turn.put("content", message.getContent());
      turns.add(turn);
    }
    for (Schema.Field field : parsed.getFields()) {
      Object known = field.pos() < 4 ? example.get(field.name()) : "of the shop's own";
      record.put(field.pos(), field.name().equals("messages") ? turns : known);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header(id));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(parsed).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static byte[] header(int id) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
  }

  private static byte[] avro(TrainingExample example) {
    return RecordCodec.of(TrainingExample.class).encode(example);
  }

  private static void await(Session session, LocalRun run, BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      run.check();
      session.follow(Duration.ofMillis(200));
    }
  }

  private static Configuration configuration(LocalRun run, Map<String, String> options)
      throws IOException {
    return run.complete(
        DemoSettings.configuration(ToyModel.unpack(run.directory()), 1, "sap", false, options));
  }

  private List<String> messages() {
    return quarantined.stream().map(QuarantinedRecord::getMessage).toList();
  }

  @Test
  void confluent_registryIsKilledAndStartsAgain_allIsTrainedOnceAndNothingSetAsideForIt()
      throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        ApicurioRegistry registry =
            new ApicurioRegistry(SapflowHome.find(), work.resolve("registry"))) {
      registry.start();
      try (LocalRun run = LocalRun.start(work)) {
        registry.await();
        int fewer = registry.register("shop-fewer", schema("TrainingExample", FEWER));
        int more = registry.register("shop-more", schema("TrainingExample", more("lang")));
        int late = registry.register("shop-late", schema("TrainingExample", more("late")));
        int order = registry.register("shop-orders", schema("Order", FEWER));
        Configuration configuration =
            configuration(
                run,
                Map.of(
                    "sapflow.examples.format",
                    "confluent",
                    "sapflow.schema-registry.url",
                    "http://127.0.0.1:1," + registry.url()));
        try (Session session = new Session(run, configuration, this::take)) {
          session.start(ToyExamples.pairs(new ToyWorld(1).safetyPairs(8)), List.of());
          for (int i = 0; i < EACH; i++) {
            session.send(example());
            session.sendUnreadable(
                ADAPTER, written(fewer, schema("TrainingExample", FEWER), example()));
            session.sendUnreadable(
                ADAPTER, written(more, schema("TrainingExample", more("lang")), example()));
          }
          session.sendUnreadable(ADAPTER, avro(example()));
          session.sendUnreadable(ADAPTER, "{}".getBytes(StandardCharsets.UTF_8));
          session.sendUnreadable(ADAPTER, header(1 << 30));
          session.sendUnreadable(ADAPTER, written(order, schema("Order", FEWER), example()));
          Path file = Files.writeString(work.resolve("rows.jsonl"), rows());
          Said sent =
              command(
                  run, registry, "send", file.toString(), "--adapter=" + ADAPTER, "--source=forum");
          assertThat(sent.out())
              .contains(" under subject sapflow.examples.v1-value at http://127.0.0.1:");
          assertThat(sent.code()).isZero();
          await(session, run, () -> quarantined.size() == 4);

          registry.kill();
          int before = restarts(run);
          session.sendUnreadable(
              ADAPTER, written(late, schema("TrainingExample", more("late")), example()));
          session.send(example());
          session.flush();
          await(session, run, () -> restarts(run) > before);
          assertThat(causes(run)).contains("expected a schema registry that answers within 20.0 s");
          registry.start();
          registry.await();
          session.finish(ADAPTER);
          assertThat(session.tally().trained()).isEqualTo(3 * EACH + 2 + 2);
          assertThat(session.tally().quarantined())
              .isEqualTo(Map.of("GARBAGE", 2, "UNKNOWN_SCHEMA_ID", 1, "INCOMPATIBLE_SCHEMA", 1));
          assertThat(messages())
              .contains(
                  "found Avro single-object encoding, expected Confluent's wire format"
                      + " (sapflow.examples.format: confluent)",
                  "found a JSON object, expected Confluent's wire format (sapflow.examples.format:"
                      + " confluent)",
                  "schema id "
                      + order
                      + ": found the record Order, expected the record TrainingExample");
          assertThat(
                  command(run, registry, "ledger", "--adapter=" + ADAPTER, "--example=e-1").out())
              .contains(", source forum");
        }
      }
    }
  }

  private static int restarts(LocalRun run) {
    return run.cluster().restarts(run.job()).orElse(0);
  }

  private static String causes(LocalRun run) {
    StringBuilder causes = new StringBuilder();
    for (Throwable at = run.cluster().lastFailure(run.job()).orElse(null);
        at != null;
        at = at.getCause()) {
      causes.append(at).append('\n');
    }
    return causes.toString();
  }

  private static String rows() {
    return "{\"prompt\":\"how is it\",\"completion\":\"fine\"}\n".repeat(2);
  }

  private static Said command(LocalRun run, ApicurioRegistry registry, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(registry.options());
    return Said.on(run.bootstrapServers(), all.toArray(String[]::new));
  }

  @Test
  void json_recordsOfAnotherFormat_areSetAside_andReplayWritesThemAnew() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      Configuration configuration = configuration(run, Map.of("sapflow.examples.format", "json"));
      try (Session session = new Session(run, configuration, this::take)) {
        session.start(ToyExamples.pairs(new ToyWorld(1).safetyPairs(8)), List.of());
        for (int i = 0; i < EACH; i++) {
          session.send(example());
        }
        session.sendUnreadable(ADAPTER, avro(example()));
        session.sendUnreadable(ADAPTER, header(7));
        session.sendUnreadable(
            ADAPTER, "{\"id\":\"e\",\"label\":false}".getBytes(StandardCharsets.UTF_8));
        session.flush();
        await(session, run, () -> quarantined.size() == 3);
        assertThat(messages())
            .containsExactlyInAnyOrder(
                "found Avro single-object encoding, expected a JSON object"
                    + " (sapflow.examples.format: json)",
                "found Confluent's wire format (schema id 7), expected a JSON object"
                    + " (sapflow.examples.format: json)",
                "label: found a field that a TrainingExample does not have, expected none");
        Said replayed =
            Said.on(
                run.bootstrapServers(),
                "replay",
                "--reason=GARBAGE",
                "-Dsapflow.examples.format=json");
        assertThat(replayed.out())
            .contains(
                "1 of them were written anew as a JSON object, which the job reads"
                    + " (sapflow.examples.format)",
                "2 replayed");
        session.finish(ADAPTER);
        assertThat(session.tally().trained()).isEqualTo(EACH + 1);
        assertThat(session.tally().quarantined())
            .isEqualTo(Map.of("GARBAGE", 3, "UNKNOWN_FIELD", 1));
      }
    }
  }
}
