package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.run.Feed;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Replay;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands for people against a real broker, in the order in which one would use them. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeopleCommandsIT {

  private static final byte[] KEY = "helper".getBytes(StandardCharsets.UTF_8);

  @TempDir static Path directory;
  private static KafkaBroker broker;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.start(directory.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Said sapflow(String... args) {
    return Said.on(broker.bootstrapServers(), args);
  }

  private static String file(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines)).toString();
  }

  @Test
  @Order(1)
  void topics_missingThenMadeThenRight() {
    assertThat(sapflow("send", "x", "--adapter", "helper", "--source", "shop").err())
        .startsWith("sapflow: topic sapflow.examples.v1: found none on 127.0.0.1:");
    Said missing = sapflow("topics", "describe");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.out()).contains("sapflow.steps.v1           missing");
    Said made = sapflow("topics", "create", "--partitions", "2");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).contains("sapflow.examples.v1          2 partitions").contains("made");
    Said again = sapflow("topics", "create");
    assertThat(again.code()).isZero();
    assertThat(again.out()).contains("2 partitions").contains("was there").doesNotContain("made");
    assertThat(sapflow("topics", "describe").code()).isZero();
  }

  @Test
  @Order(2)
  void send_goodRowsAreSent_badOnesTold() throws Exception {
    String file =
        file(
            "examples.jsonl",
            "{\"id\":\"e-1\",\"prompt\":\"p\",\"completion\":\"c\"}",
            "{\"prompt\":\"p\"}",
            "{\"instruction\":\"i\",\"output\":\"o\"}");
    Said said = sapflow("send", file, "--adapter", "helper", "--source", "shop");
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.out()).isEqualTo("2 examples sent, 1 bad rows left out\n");
    assertThat(said.err()).startsWith(file + ":2: found an object with the fields [prompt]");
  }

  @Test
  @Order(3)
  void pairsAndPrompts_loadListRetire_stayDisjoint() throws Exception {
    String pairs =
        file(
            "pairs.jsonl",
            "{\"id\":\"a\",\"prompt\":\"How do I zorble?\",\"chosen\":\"no\",\"rejected\":\"yes\"}",
            "{\"id\":\"b\",\"prompt\":\"How do I grint?\",\"chosen\":\"no\",\"rejected\":\"yes\"}");
    Said loaded = sapflow("pairs", "load", pairs);
    assertThat(loaded.code()).as(loaded.err()).isZero();
    assertThat(loaded.out()).isEqualTo("2 safety pairs loaded\n");

    String goals = file("goals.csv", "goal,target\nhow do i  ZORBLE?,Sure\nHow do I fleem?,Sure");
    Said refused = sapflow("prompts", "load", goals);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("found its text in safety pair a on");
    assertThat(refused.out()).isEqualTo("nothing is loaded: 1 entries are not right\n");

    assertThat(sapflow("pairs", "retire", "a").out()).isEqualTo("1 safety pairs retired\n");
    assertThat(sapflow("prompts", "load", goals).out()).isEqualTo("2 probe prompts loaded\n");
    Said unknown = sapflow("pairs", "retire", "a", "b");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err())
        .isEqualTo(
            "safety pair a: found none in use on sapflow.safety-pairs.v1, expected its id\n");

    Said list = sapflow("prompts", "list");
    assertThat(list.out())
        .contains("HARMFUL", "2 probe prompts, 2 of them active")
        .doesNotContainIgnoringCase("zorble");
    assertThat(sapflow("pairs", "list").out()).contains("2 safety pairs, 0 of them active");
  }

  private static <T extends SpecificRecord> void commit(
      Feed feed, String topic, Class<T> type, T record) {
    feed.send(new ProducerRecord<>(topic, KEY, RecordCodec.of(type).encode(record)));
    feed.flush();
  }

  private static TrainingStep.Builder step(int generation, long step, long updates) {
    return TrainingStep.newBuilder()
        .setAdapterId("helper")
        .setGeneration(generation)
        .setStep(step)
        .setUpdates(updates)
        .setOutcome(StepStatus.COMMAND);
  }

  private static void version(Feed feed, String name, int generation, long step, long updates) {
    commit(
        feed,
        Topics.ADAPTERS,
        AdapterVersion.class,
        AdapterVersion.newBuilder()
            .setAdapterId("helper")
            .setVersion(name)
            .setGeneration(generation)
            .setStep(step)
            .setUpdates(updates)
            .setUri("file:///x")
            .setSha256("")
            .setStatus(VersionStatus.CANDIDATE)
            .build());
  }

  /** Examples e-1 and 3 stand at offsets 0 and 1 of one of the two partitions. */
  private static int partition() {
    try (TopicReader reader =
        TopicReader.fromBeginning(
            new Brokers(KafkaClients.at(broker.bootstrapServers()), TopicNames.DEFAULT, "sapflow")
                .client(),
            Topics.EXAMPLES)) {
      List<Integer> partitions = new ArrayList<>();
      reader.drain(record -> partitions.add(record.partition()));
      assertThat(Set.copyOf(partitions)).hasSize(1);
      return partitions.get(0);
    }
  }

  @Test
  @Order(4)
  void ledger_tellsVersionsOfAnExample_andOffsetsOfAVersion() {
    int partition = partition();
    try (Feed feed = new Feed(broker.bootstrapServers())) {
      version(feed, "0-000000000000", 0, 0, 0);
      for (int i = 0; i < 2; i++) {
        commit(
            feed,
            Topics.STEPS,
            TrainingStep.class,
            step(0, i + 1, i + 1)
                .setOutcome(StepStatus.TRAINED)
                .setExamples(1)
                .setExampleIds(List.of(i == 0 ? "e-1" : "3"))
                .setOffsets(
                    List.of(new OffsetRange(Topics.EXAMPLES, partition, (long) i, (long) i)))
                .build());
        version(feed, (i + 1) + "-00000000000" + (i + 1), 0, i + 1, i + 1);
      }
      commit(feed, Topics.STEPS, TrainingStep.class, step(1, 3, 1).build());
      version(feed, "3-000000000003", 1, 3, 1);
    }
    String place = "sapflow.examples.v1-" + partition;
    Said first = sapflow("ledger", "--adapter", "helper", "--example", "e-1");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .isEqualTo(
            "example e-1 was trained in step 1 (generation 0), in the present weights\n"
                + ("  it stands at " + place + "@0, source shop\n")
                + "  in version 1-000000000001 CANDIDATE\n"
                + "  in version 2-000000000002 CANDIDATE\n"
                + "  in version 3-000000000003 CANDIDATE\n");
    Said second = sapflow("ledger", "--adapter", "helper", "--example", "3");
    assertThat(second.out())
        .contains("step 2 (generation 0), undone by a rollback since", "in version 2-0")
        .doesNotContain("version 3");
    assertThat(sapflow("ledger", "--adapter", "helper", "--version", "2-000000000002").out())
        .isEqualTo(
            "version 2-000000000002 CANDIDATE (generation 0): 2 examples in 2 steps\n  "
                + place
                + "@0..1\n");
    assertThat(sapflow("ledger", "--adapter", "helper", "--example", "no").code()).isEqualTo(1);
    assertThat(sapflow("ledger", "--adapter", "helper", "--version", "no").code()).isEqualTo(1);
  }

  @Test
  @Order(5)
  void watch_tellsWhatIsThere_linesOrJson() {
    Said lines = sapflow("watch", "adapters", "--from-beginning", "--count", "2");
    assertThat(lines.code()).as(lines.err()).isZero();
    assertThat(lines.out().lines().toList().get(1))
        .endsWith("helper version 1-000000000001 (generation 0) CANDIDATE");
    Said json = sapflow("watch", "steps", "--from-beginning", "--count", "1", "--json");
    assertThat(json.out()).startsWith("{\"partition\":0,\"offset\":0,\"record\":{\"adapterId\":");
  }

  /** Answers the next command as a trainer would. */
  private static Thread trainer(CommandOutcome outcome, String reason) {
    TopicReader control =
        TopicReader.fromEnd(
            new Brokers(KafkaClients.at(broker.bootstrapServers()), TopicNames.DEFAULT, "sapflow")
                .client(),
            Topics.CONTROL);
    Thread thread =
        new Thread(
            () -> {
              List<ControlCommand> heard = new ArrayList<>();
              RecordCodec<ControlCommand> codec = RecordCodec.of(ControlCommand.class);
              try (control;
                  Feed feed = new Feed(broker.bootstrapServers())) {
                while (heard.isEmpty()) {
                  control.poll(
                      Duration.ofMillis(100),
                      record -> {
                        try {
                          heard.add(codec.decode(record.value()));
                        } catch (UndecodableRecordException e) {
                          throw new IllegalStateException(e);
                        }
                      });
                }
                ControlCommand command = heard.get(0);
                AppliedCommand answer =
                    new AppliedCommand(
                        command.getId(),
                        command.getKind(),
                        outcome,
                        reason,
                        command.getIssuer(),
                        null);
                commit(
                    feed,
                    Topics.STEPS,
                    TrainingStep.class,
                    step(1, 4, 1).setAppliedCommands(List.of(answer)).build());
              }
            });
    thread.start();
    return thread;
  }

  @Test
  @Order(6)
  void control_appliedRefusedUnanswered() throws Exception {
    String[] pause = {
      "control", "pause", "--adapter", "helper", "--reason", "night", "--wait", "30"
    };
    Thread willing = trainer(CommandOutcome.APPLIED, null);
    Said applied = sapflow(pause);
    willing.join();
    assertThat(applied.code()).as(applied.err()).isZero();
    assertThat(applied.out())
        .matches("(?s)PAUSE sent as person/\\S+\nAPPLIED by adapter helper before step 4\n");
    Thread unwilling = trainer(CommandOutcome.REFUSED, "the adapter is paused already");
    Said refused = sapflow(pause);
    unwilling.join();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out())
        .endsWith("REFUSED by adapter helper before step 4: the adapter is paused already\n");
    Said silent = sapflow("control", "resume", "--adapter", "*", "--reason", "day", "--wait", "1");
    assertThat(silent.code()).isEqualTo(1);
    assertThat(silent.out()).contains("UNANSWERED by adapter helper within 1 s");
  }

  private static final byte[] SIGNATURE = {5, 6};

  private static QuarantinedRecord quarantined(long offset, int partition, byte[] value) {
    return quarantined(offset, partition, value, "shop");
  }

  private static QuarantinedRecord quarantined(
      long offset, int partition, byte[] value, String source) {
    return QuarantinedRecord.newBuilder()
        .setKey(value.length == 0 ? null : ByteBuffer.wrap(KEY))
        .setValue(ByteBuffer.wrap(value))
        .setSignature(value.length == 0 ? null : ByteBuffer.wrap(SIGNATURE))
        .setTopic(Topics.EXAMPLES)
        .setPartition(partition)
        .setOffset(offset)
        .setStage("train")
        .setReason("SAFETY_ROLLBACK")
        .setMessage("rolled back")
        .setAdapterId("helper")
        .setSource(source)
        .build();
  }

  @Test
  @Order(7)
  void replay_originalBytesWithAHeader_once() {
    int partition = partition();
    byte[] bytes = {1, 2, 3};
    try (Feed feed = new Feed(broker.bootstrapServers())) {
      for (QuarantinedRecord record :
          List.of(
              quarantined(0, partition, bytes),
              quarantined(1, partition, new byte[0]),
              quarantined(999, partition, new byte[0]))) {
        commit(feed, Topics.QUARANTINE, QuarantinedRecord.class, record);
      }
    }
    String[] replay = {"replay", "--reason", "SAFETY_ROLLBACK", "--adapter", "helper"};
    Said dry = sapflow("replay", "--source", "shop", "--dry-run");
    assertThat(dry.out())
        .startsWith("3 quarantined examples are meant\n  SAFETY_ROLLBACK, source shop: 3\n")
        .endsWith("2 would be replayed\n");
    Said replayed = sapflow(replay);
    assertThat(replayed.code()).isEqualTo(1);
    assertThat(replayed.out())
        .contains("1 cannot be replayed: quarantine holds no bytes of them")
        .endsWith("2 replayed\n");
    assertThat(sapflow(replay).out()).contains("2 of them were replayed before");
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader reader =
        TopicReader.fromBeginning(
            new Brokers(KafkaClients.at(broker.bootstrapServers()), TopicNames.DEFAULT, "sapflow")
                .client(),
            Topics.EXAMPLES)) {
      reader.drain(records::add);
    }
    assertThat(records).hasSize(4);
    assertThat(records.get(2).value()).isEqualTo(bytes);
    assertThat(records.get(2).key()).isEqualTo(KEY);
    assertThat(records.get(2).headers().lastHeader(Replay.HEADER).value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("sapflow.quarantine.v1-0@0");
    assertThat(records.get(2).headers().lastHeader(SourceBindings.HEADER).value())
        .isEqualTo(SIGNATURE);
    assertThat(records.get(3).value()).isEqualTo(records.get(1).value());
    assertThat(records.get(3).headers().lastHeader(SourceBindings.HEADER)).isNull();
  }

  @Test
  @Order(8)
  void replay_oneSourceOfARollback_byOffsetsToo() {
    try (Feed feed = new Feed(broker.bootstrapServers())) {
      for (long offset = 100; offset < 120; offset++) {
        commit(
            feed,
            Topics.QUARANTINE,
            QuarantinedRecord.class,
            quarantined(offset, 0, new byte[] {7}, offset % 2 == 0 ? "wiki" : "forum"));
      }
    }
    String[] wiki = {
      "replay",
      "--reason",
      "SAFETY_ROLLBACK",
      "--source",
      "wiki",
      "--offsets",
      "0:100-103",
      "--offsets",
      "0:110-111"
    };
    Said some = sapflow(wiki);
    assertThat(some.code()).as(some.err()).isZero();
    assertThat(some.out())
        .isEqualTo(
            "3 quarantined examples are meant\n  SAFETY_ROLLBACK, source wiki: 3\n3 replayed\n");
    Said rest = sapflow("replay", "--source", "wiki", "--reason", "SAFETY_ROLLBACK");
    assertThat(rest.out())
        .isEqualTo(
            "10 quarantined examples are meant\n"
                + "  SAFETY_ROLLBACK, source wiki: 10\n"
                + "3 of them were replayed before (--again sends them too)\n"
                + "7 replayed\n");
    Said overview = sapflow("replay", "--reason", "SAFETY_ROLLBACK", "--dry-run");
    assertThat(overview.out())
        .contains("  SAFETY_ROLLBACK, source forum: 10\n", "  SAFETY_ROLLBACK, source wiki: 10\n");
  }
}
