package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.UndecodableRecordException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code send} to a real broker, also in a process that is killed, stopped and started again. */
@Timeout(180)
class SendIT {

  private static final int KILLS = 3;
  private static final int ROWS = 8_000;
  private static final int BAD_EVERY = 500;

  @TempDir static Path directory;
  private static KafkaBroker broker;

  private static final class Process implements AutoCloseable {

    private final java.lang.Process process;
    private final Path out;

    Process(String... args) throws IOException {
      out = Files.createTempFile(directory, "send", ".out");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
              .filter(argument -> argument.startsWith("-Dorg.apache.avro"))
              .toList());
      command.addAll(
          List.of(
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-cp",
              System.getProperty("java.class.path"),
              "-D" + SapflowHome.PROPERTY + "=" + SapflowHome.find(),
              SapflowCommand.class.getName()));
      command.addAll(List.of(args));
      command.add("-Dsapflow.kafka.bootstrap-servers=" + broker.bootstrapServers());
      process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(directory.resolve("err").toFile())
              .start();
    }

    String said() throws IOException {
      return Files.readString(out, StandardCharsets.UTF_8);
    }

    int code() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @BeforeAll
  static void start() {
    broker = KafkaBroker.start(directory.resolve("kafka"));
    assertThat(sapflow("topics", "create", "--partitions", "1").code()).isZero();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Said sapflow(String... args) {
    return Said.on(broker.bootstrapServers(), args);
  }

  private static Path file(String name, int rows) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        IntStream.rangeClosed(1, rows)
            .mapToObj(
                row ->
                    row % BAD_EVERY == 0
                        ? "{\"prompt\":\"no answer\"}\n"
                        : "{\"prompt\":\"q" + row + "\",\"completion\":\"a\"}\n")
            .collect(Collectors.joining()));
  }

  private static List<String> good(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .filter(row -> row % BAD_EVERY != 0)
        .mapToObj(Integer::toString)
        .toList();
  }

  /** Ids of the committed examples of a source, in their order. */
  private static List<String> ids(String source) {
    RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
    List<String> ids = new ArrayList<>();
    try (TopicReader reader =
        TopicReader.fromBeginning(
            new Brokers(KafkaClients.at(broker.bootstrapServers()), TopicNames.DEFAULT, "sapflow")
                .client(),
            Topics.EXAMPLES)) {
      reader.drain(
          record -> {
            try {
              TrainingExample example = codec.decode(record.value());
              if (example.getSource().equals(source)) {
                ids.add(example.getId());
              }
            } catch (UndecodableRecordException e) {
              throw new IllegalStateException(e);
            }
          });
    }
    return ids;
  }

  /** How much is on the topic, also of transactions that are open or were aborted. */
  private static long written() {
    try (TopicReader reader =
        TopicReader.uncommittedFromEnd(
            new Brokers(KafkaClients.at(broker.bootstrapServers()), TopicNames.DEFAULT, "sapflow")
                .client(),
            Topics.EXAMPLES)) {
      return reader.ends().values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static String[] send(Path file, String source, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("send", file.toString(), "--adapter", "helper", "--source", source));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  @Test
  void killedAtRandomMoments_eachRowIsOnTheTopicOnce_inOrder() throws Exception {
    Path file = file("killed.jsonl", ROWS);
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    String[] slowly = send(file, "killed", "--rate", "1500");
    int midway = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int before = ids("killed").size();
      long written = written();
      try (Process process = new Process(slowly)) {
        // The first is killed whenever it is; the others once they write more than the marker that
        // ends the transaction before them.
        while (kill > 0 && written() < written + 50 && process.process.isAlive()) {
          Thread.sleep(2);
        }
        while (kill == KILLS - 1 && ids("killed").size() == before && process.process.isAlive()) {
          Thread.sleep(2);
        }
        Thread.sleep(random.nextInt(kill > 0 ? 1_400 : 3_000));
      }
      List<String> so = ids("killed");
      assertThat(so).as("seed %d", seed).isEqualTo(good(1, ROWS).subList(0, so.size()));
      midway += so.size() > before && so.size() < good(1, ROWS).size() ? 1 : 0;
    }
    Said rest = sapflow(send(file, "killed"));
    assertThat(rest.code()).as(rest.err()).isEqualTo(1);
    assertThat(ids("killed")).as("seed %d", seed).isEqualTo(good(1, ROWS));
    assertThat(midway).as("kills that left rows committed, seed %d", seed).isPositive();
    Said again = sapflow(send(file, "killed"));
    assertThat(again.out())
        .isEqualTo(
            "nothing is left to send: of 8000 rows 7984 were sent before, 16 bad ones left out"
                + " (--again sends them anew)\n"
                + "0 examples sent, 0 bad rows left out\n");
    assertThat(ids("killed")).hasSize(good(1, ROWS).size());
  }

  private static void awaitSome(String source) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (ids(source).isEmpty() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
  }

  @Test
  void interrupted_commitsWhatItHas_andGoesOn() throws Exception {
    Path file = file("stopped.jsonl", 4_000);
    for (String again : List.of("", " without --again")) {
      List<String> before = ids("stopped");
      String[] slowly =
          again.isEmpty()
              ? send(file, "stopped", "--rate", "100")
              : send(file, "stopped", "--rate", "100", "--again");
      try (Process process = new Process(slowly)) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ids("stopped").size() == before.size() && System.nanoTime() < end) {
          Thread.sleep(50);
        }
        new ProcessBuilder("kill", "-INT", Long.toString(process.process.pid())).start().waitFor();
        assertThat(process.code()).isEqualTo(1);
        int sent = ids("stopped").size() - before.size();
        int row = sent + (sent >= BAD_EVERY ? sent / (BAD_EVERY - 1) : 0);
        assertThat(row).isBetween(1, 3_999);
        assertThat(process.said())
            .startsWith(sent + " examples sent, ")
            .endsWith(
                "\nstopped after row "
                    + row
                    + ": the "
                    + (again.isEmpty() ? "same command" : "command without --again")
                    + " goes on after it\n");
        Said rest = sapflow(send(file, "stopped"));
        assertThat(rest.code()).as(rest.err()).isEqualTo(1);
        assertThat(rest.out())
            .startsWith("goes on after row " + row + ": " + sent + " examples were sent before\n");
      }
      List<String> now = ids("stopped");
      assertThat(now.subList(before.size(), now.size())).isEqualTo(good(1, 4_000));
    }
  }

  @Test
  void brokerIsLost_endsInTime_andGoesOn() throws Exception {
    Path file = file("lost.jsonl", 4_000);
    Path config =
        Files.writeString(
            directory.resolve("lost.yaml"), "sapflow.kafka.properties.max.block.ms: '5000'\n");
    try (Process process =
        new Process(send(file, "lost", "--rate", "100", "--config", config.toString()))) {
      awaitSome("lost");
      try {
        broker.kill();
        assertThat(process.code()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("err")))
            .contains("the same command goes on after the last row that is committed\n");
      } finally {
        broker.restart();
      }
    }
    assertThat(ids("lost").size()).isBetween(1, 3_000);
    assertThat(sapflow(send(file, "lost")).out()).startsWith("goes on after row ");
    assertThat(ids("lost")).isEqualTo(good(1, 4_000));
  }

  @Test
  void killedBeforeTheCursorsLine_writesItWithTheNext() throws Exception {
    Path file = file("line.jsonl", 10);
    assertThat(sapflow(send(file, "line")).code()).isZero();
    Path cursor = directory.resolve("line.jsonl.sapflow-cursor");
    String whole = Files.readString(cursor);
    Files.writeString(cursor, whole.substring(0, whole.indexOf('\n') + 1));
    assertThat(sapflow(send(file, "line")).out())
        .startsWith("nothing is left to send: all 10 rows were sent before");
    assertThat(Files.readString(cursor)).isEqualTo(whole);
  }

  @Test
  void halfWrittenRow_isSentOnceItIsWhole() throws Exception {
    Path file = file("half.jsonl", 10);
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() - 5));
    Said half = sapflow(send(file, "half"));
    assertThat(half.code()).isEqualTo(1);
    assertThat(half.out()).isEqualTo("9 examples sent, 1 bad rows left out\n");
    assertThat(half.err()).startsWith(file + ":10: found JSON that does not end");
    Said again = sapflow(send(file, "half"));
    assertThat(again.out())
        .isEqualTo(
            "goes on after row 9: 9 examples were sent before\n"
                + "0 examples sent, 1 bad rows left out\n");
    assertThat(again.code()).isEqualTo(1);
    Files.writeString(file, whole);
    Said rest = sapflow(send(file, "half"));
    assertThat(rest.code()).as(rest.err()).isZero();
    assertThat(ids("half")).isEqualTo(good(1, 10));
  }

  @Test
  void sameFile_goesToAnotherTargetAnew_andItsNewRowsOnly() throws Exception {
    Path file = file("grown.jsonl", 10);
    assertThat(sapflow(send(file, "grown")).out())
        .isEqualTo("10 examples sent, 0 bad rows left out\n");
    assertThat(directory.resolve("grown.jsonl.sapflow-cursor")).isRegularFile();
    assertThat(sapflow(send(file, "grown-other")).out())
        .isEqualTo("10 examples sent, 0 bad rows left out\n");
    file("grown.jsonl", 14);
    assertThat(sapflow(send(file, "grown")).out())
        .isEqualTo(
            "goes on after row 10: 10 examples were sent before\n"
                + "4 examples sent, 0 bad rows left out\n");
    assertThat(ids("grown")).isEqualTo(good(1, 14));
    assertThat(ids("grown-other")).isEqualTo(good(1, 10));
    Said again = sapflow(send(file, "grown", "--again"));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).isEqualTo("14 examples sent, 0 bad rows left out\n");
    assertThat(ids("grown")).hasSize(28);
  }

  @Test
  void fileThatIsAnother_isRefused_withWhatToDo() throws Exception {
    Path file = file("changed.jsonl", 10);
    assertThat(sapflow(send(file, "changed")).code()).isZero();
    Files.writeString(file, Files.readString(file).replace("\"q3\"", "\"Q3\""));
    String refused =
        "sapflow: "
            + file
            + ": found other rows than the 10 that were sent of it before, expected the file as it"
            + " was, longer perhaps, or --again, which sends all of it anew from the first row\n";
    Said changed = sapflow(send(file, "changed"));
    assertThat(changed.code()).isEqualTo(2);
    assertThat(changed.err()).isEqualTo(refused);
    file("changed.jsonl", 9);
    assertThat(sapflow(send(file, "changed")).err()).isEqualTo(refused);
    file("changed.jsonl", 10);
    assertThat(sapflow(send(file, "changed", "--strict")).err())
        .startsWith(
            "sapflow: --map, --strict: found others than those that the first 10 rows of "
                + file
                + " were sent with, expected the same, or --again");
    assertThat(sapflow(send(file, "changed")).code()).isZero();
    assertThat(ids("changed")).isEqualTo(good(1, 10));
  }

  @Test
  void brokersThatHaveForgotten_areNotTrusted() throws Exception {
    Path file = file("forgotten.jsonl", 10);
    Path cursor = directory.resolve("elsewhere");
    assertThat(sapflow(send(file, "forgotten", "--cursor", cursor.toString())).code()).isZero();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      List<String> groups =
          admin.listGroups().all().get().stream()
              .map(GroupListing::groupId)
              .filter(group -> group.startsWith("sapflow-send-"))
              .toList();
      admin.deleteConsumerGroups(groups).all().get();
    }
    Said forgotten = sapflow(send(file, "forgotten", "--cursor", cursor.toString()));
    assertThat(forgotten.code()).isEqualTo(2);
    assertThat(forgotten.err())
        .isEqualTo(
            "sapflow: "
                + file
                + ": rows of it were sent before, but the brokers no longer know how many"
                + " (offsets.retention.minutes, or the topic was made anew); expected --again, which"
                + " sends it from its first row, or a file with the rest of it\n");
    assertThat(sapflow(send(file, "forgotten", "--cursor", cursor.toString(), "--again")).code())
        .isZero();
    assertThat(ids("forgotten")).hasSize(20);
  }

  @Test
  void strict_fieldThatIsNotUsed_isABadRowOfEachLoader() throws Exception {
    String fault = ":1: found the field(s) n, expected only fields that are used (--strict)\n";
    Path examples =
        Files.writeString(
            directory.resolve("strict.jsonl"),
            "{\"prompt\":\"p\",\"completion\":\"c\",\"n\":{}}\n{\"prompt\":\"p\",\"completion\":\"c\"}\n");
    Said sent = sapflow(send(examples, "strict", "--strict"));
    assertThat(sent.code()).isEqualTo(1);
    assertThat(sent.err()).startsWith(examples + fault);
    assertThat(ids("strict")).containsExactly("2");
    Path pairs =
        Files.writeString(
            directory.resolve("pairs.jsonl"),
            "{\"prompt\":\"zorble?\",\"chosen\":\"no\",\"rejected\":\"yes\",\"n\":{}}\n");
    Path prompts =
        Files.writeString(
            directory.resolve("prompts.jsonl"),
            "{\"prompt\":\"zorble the flonk?\",\"kind\":\"harmful\",\"n\":{}}\n");
    for (Path file : List.of(pairs, prompts)) {
      String set = file.getFileName().toString().replace(".jsonl", "");
      Said strict = sapflow(set, "load", file.toString(), "--strict");
      assertThat(strict.code()).isNotZero();
      assertThat(strict.err()).contains(file + fault.strip());
      Said plain = sapflow(set, "load", file.toString());
      assertThat(plain.code()).as(plain.err()).isZero();
      assertThat(plain.err()).contains(file + ": unknown field n in 1 rows: not used\n");
    }
  }

  @Test
  void standardInput_packedAndMapped_isSentOnce() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(
          "{\"id\":\"i\",\"meta\":{\"question\":\"q\"},\"completion\":\"a\"}\nbad\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(bytes.toByteArray()));
      Said said = sapflow(send(Path.of("-"), "piped", "--map", "prompt=meta.question"));
      assertThat(said.code()).isEqualTo(1);
      assertThat(said.out()).isEqualTo("1 examples sent, 1 bad rows left out\n");
      assertThat(said.err()).startsWith("standard input:2: found no valid JSON");
    } finally {
      System.setIn(before);
    }
    assertThat(ids("piped")).containsExactly("i");
  }
}
